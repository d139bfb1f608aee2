using CsCheck;
using static Straggler.Experiments.Tests.TestCatalogs;

namespace Straggler.Experiments.Tests;

/// <summary>Whatever is fed in, the loader gives a plan or explains itself; it never falls over.</summary>
public sealed class ArbitraryInputTests
{
    private static readonly string[] _pieces =
    [
        "seed", "strategy", "model", "delay", "stop", "eval", "partition", "alpha", "sample_fraction", "concurrency", "n_clients", "rounds",
        "name", "dist", "params", "targets", "staleness_fn", "bandwidth", "virtual_time", "lr", "fedbuff", "fedasync", "lognormal", "pareto",
        "cnn", "dirichlet", "iid", "null", "~", "true", "yes", "0", "1", "-1", "0.5", "1e3", "1e400", ".nan", "99999999999999999999", "1/(1 + s)",
        ": ", ": ", ": ", ":", "=", ".", "\n", "\n", "\n", "\n  ", "\n    ", "\n- ", " ", "{", "}", "[", "]", ", ", "&a ", "*a", "<<", "!!str ",
        "!x ", "? ", "| ", "> ", "\"", "'", "# ", "%", "---", "...", "\t", "\r\n", "é", "\u0000", "\uFEFF", "\u2028", "@", "`",
    ];

    private static readonly Gen<string> _text = Gen.Int[0, _pieces.Length - 1].Array[0, 30].Select(chosen => string.Concat(chosen.Select(i => _pieces[i])));

    [Fact]
    public void Parse_AnyText_GivesAPlanOrFaults() => _text.Sample(yaml => IsPlanOrFaults(yaml), iter: 5_000);

    [Fact]
    public void Parse_AnyOverrides_GiveAPlanOrFaults() =>
        _text.Array[0, 3].Sample(overrides => IsPlanOrFaults("strategy: fedbuff\nalpha: 1", overrides), iter: 5_000);

    [Fact]
    public void Parse_AnyTextUnderAKey_GivesAPlanOrFaults() =>
        Gen.Select(Gen.Int[0, 16], _text).Sample((key, text) => IsPlanOrFaults($"{_pieces[key]}: {text}"), iter: 5_000);

    private static bool IsPlanOrFaults(string yaml, params string[] overrides)
    {
        try
        {
            return Parse(PlanWriter.ToYaml(Parse(yaml, overrides))) is not null;
        }
        catch (ExperimentConfigException exception)
        {
            return exception.Faults.Length > 0 && exception.Faults.All(fault => !fault.ToString().Any(char.IsControl));
        }
    }
}
