namespace Straggler.Reports.Tests.Comparison;

/// <summary>Writes finished runs to be compared.</summary>
internal static class Study
{
    /// <summary>Adds a run with evaluations at virtual times.</summary>
    public static void Add(
        TemporaryFolder folder, string name, string strategy, int seed, string alpha, string summary, params (double Time, double Accuracy)[] curve)
    {
        string path = Directory.CreateDirectory(folder.File(name)).FullName;
        File.WriteAllText(Path.Combine(path, "config.yaml"), FormattableString.Invariant(
            $"name: \"{name}\"\nseed: {seed}\npartition:\n  name: dirichlet\n  alpha: {alpha}\nstrategy:\n  {strategy}\n"));
        File.WriteAllText(Path.Combine(path, "summary.json"), summary);
        File.WriteAllLines(Path.Combine(path, "metrics.csv"),
            ["arrival,virtual_time,loss,accuracy", .. curve.Select((point, index) => FormattableString.Invariant($"{index},{point.Time},1,{point.Accuracy}"))]);
    }
}
