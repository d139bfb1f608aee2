// A strategy of one's own, beside FedAsync on the same clients, delays and batches; accuracy over virtual time as a picture.
using ScottPlot;
using Straggler.Federation;
using Straggler.Lab;
using Straggler.Strategies;

Laboratory lab = new();
lab.AddStrategy<SoftenedOptions>("softened", (options, _) => new Softened(options));

Plot plot = new();
foreach (string strategy in (string[])["softened", "fedasync"])
{
    LabRun run = await lab.RunAsync($"strategy={strategy}", "rounds=60", "eval.every_events=20", "seed=1");
    var curve = plot.Add.Scatter(run.Evaluations.Select(at => at.VirtualTime).ToArray(), run.Evaluations.Select(at => at.Accuracy).ToArray());
    curve.LegendText = strategy;
    Console.WriteLine($"{strategy}: {run.Summary.Final.Accuracy:P1}, staleness {run.Summary.Staleness.Mean:F1}");
}

plot.XLabel("virtual seconds");
plot.YLabel("test accuracy");
plot.ShowLegend(Alignment.LowerRight);
Console.WriteLine(plot.SavePng("own-strategy.png", 800, 500).Path);

internal sealed record SoftenedOptions
{
    public double Rate { get; init; } = 0.5;
}

// x ← x + rate / (1 + staleness) · (what the client returned − what it was sent)
internal sealed class Softened(SoftenedOptions options) : IServerStrategy
{
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        double weight = options.Rate / (1 + arrival.Staleness);
        using ServerStep step = model.BeginStep();
        FlatVector.AddDelta(step.Current, update.Local, update.Base, (float)weight, step.Next);
        return weight;
    }

    public void Save(Straggler.Checkpoints.StateWriter writer)
    {
    }

    public void Load(Straggler.Checkpoints.StateReader reader)
    {
    }
}
