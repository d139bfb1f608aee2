using System.Collections.Immutable;

namespace Straggler.Arrays;

/// <summary>One array of a model as it travels.</summary>
/// <param name="Name">Its name here; names do not travel.</param>
/// <param name="Type">The type in which it is sent.</param>
/// <param name="Shape">The shape.</param>
/// <param name="Offset">Its first element in the flat vector; null for a counter, which has no place there and is sent as 0.</param>
public sealed record WireTensor(string Name, NpyType Type, ImmutableArray<int> Shape, int? Offset)
{
    /// <summary>Number of elements.</summary>
    public int Length { get; } = (int)NpyHeader.CountOf(Shape);

    /// <summary>What it is, for people.</summary>
    public override string ToString() => $"{Type.Description()} {NpyHeader.ShapeText(Shape)}";
}
