using Straggler.Reports.Charts;

namespace Straggler.Reports.Comparison;

/// <summary>The colours of a scenario's methods, in their order.</summary>
internal static class MethodInk
{
    private static readonly Ink[] _inks = [Ink.Blue, Ink.Vermillion, Ink.Green, Ink.Orange, Ink.Black, Ink.Grey];

    /// <summary>The colour of a method.</summary>
    public static Ink Of(int method) => _inks[method % _inks.Length];

    /// <summary>Whether another method before it has the same colour, so that its line is dashed.</summary>
    public static bool IsRepeated(int method) => method >= _inks.Length;
}
