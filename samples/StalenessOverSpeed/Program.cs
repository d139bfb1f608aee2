// A hundred thousand clients in a second or two, without training: how stale do the updates of fast and slow clients come?
using ScottPlot;
using Straggler.Lab;

LabRun run = await new Laboratory().RunAsync(
    "training=none", "n_clients=100000", "concurrency=1000", "rounds=200000", "delay.dist=lognormal", "delay.params=[0,1]", "strategy=fedbuff");

var speeds = run.Updates
    .GroupBy(update => Math.Round(2 * Math.Log2(update.VirtualTime - update.DispatchVirtualTime)) / 2)
    .Where(tasks => tasks.Count() >= 100).OrderBy(tasks => tasks.Key).ToArray();

Plot plot = new();
plot.Add.Scatter(speeds.Select(tasks => tasks.Key).ToArray(), speeds.Select(tasks => tasks.Average(update => update.Staleness)).ToArray());
plot.XLabel("duration of the task, log2 of virtual seconds");
plot.YLabel("mean staleness, versions");
Console.WriteLine($"{run.Updates.Count} arrivals, mean staleness {run.Summary.Staleness.Mean:F1}: {plot.SavePng("staleness-over-speed.png", 800, 500).Path}");
