using System.Globalization;

namespace Straggler.Dashboard.Tests;

/// <summary>A folder of run directories that is gone after the test.</summary>
internal sealed class TemporaryRuns : IDisposable
{
    public const string Header = "arrival,virtual_time,server_steps,loss,accuracy,staleness_mean,bytes_down,bytes_up,wall_seconds\n";

    public string Path { get; } = Directory.CreateTempSubdirectory("straggler-dashboard-").FullName;

    /// <summary>Other folders that go with it.</summary>
    public List<string> Beside { get; } = [];

    /// <summary>A row of metrics.csv whose values all follow from the arrival.</summary>
    public static string Row(int arrival) => string.Create(
        CultureInfo.InvariantCulture, $"{arrival},{arrival * 0.5},{arrival},{2 - (arrival * 0.01)},{arrival * 0.001},{(arrival == 0 ? "" : "3.5")},{arrival * 100},{arrival * 10},{arrival * 0.1}\n");

    /// <summary>Begins a run: config.yaml, and metrics.csv with some evaluations.</summary>
    public string Begin(string id, string strategy = "fedasync", int seed = 1, params int[] arrivals)
    {
        string run = System.IO.Path.Combine(Path, id);
        Directory.CreateDirectory(run);
        File.WriteAllText(System.IO.Path.Combine(run, "config.yaml"),
            $"name: {System.IO.Path.GetFileName(id)}\nseed: {seed}\ndataset:\n  name: mnist\nrounds: 100\nstop:\n  virtual_time: null\nstrategy:\n  name: {strategy}\nmodel:\n  name: mlp\n");
        File.WriteAllText(System.IO.Path.Combine(run, "metrics.csv"), Header + string.Concat(arrivals.Select(Row)));
        return run;
    }

    /// <summary>Ends a run: summary.json.</summary>
    public static void End(string run, double accuracy = 0.75, string reason = "rounds") => File.WriteAllText(
        System.IO.Path.Combine(run, "summary.json"),
        string.Create(CultureInfo.InvariantCulture, $$$"""
            {"name":"{{{System.IO.Path.GetFileName(run)}}}","seed":1,"stop_reason":"{{{reason}}}","virtual_time":50,"arrivals":100,"server_steps":99,
             "final":{"loss":0.5,"accuracy":{{{accuracy}}}},"best_accuracy":0.8,"staleness":{"mean":4.25},"wall_seconds":12.5}
            """));

    public void Dispose()
    {
        foreach (string folder in Beside.Append(Path))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
