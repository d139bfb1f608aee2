using System.Globalization;
using Straggler.Configuration;
using Straggler.Experiments;
using Straggler.Federation;
using Straggler.Partitioning;
using Straggler.Torch.Datasets;
using Straggler.Torch.Training;

namespace Straggler.Lab.Running;

/// <summary>What a run that trains nothing needs to know of the data and the model: sample counts and the model's size.</summary>
/// <remarks>
/// The clients hold what they would hold if they trained, as long as the data set can be dealt out over them. It cannot over a million
/// clients; then all are taken to hold equally many samples, the data set's over the clients' number and at least one.
/// </remarks>
internal static class TimingPopulation
{
    /// <summary>The clients' sample counts; loads the data set only if it can be dealt out.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="stage">Told what is being done.</param>
    /// <param name="cancellation">Gives the loading up.</param>
    public static ClientPopulation Create(ExperimentPlan plan, Action<string> stage, CancellationToken cancellation)
    {
        if (plan.Timing.SamplesPerClient is { } given)
        {
            return EachWith(plan.ClientCount, given);
        }

        int samples = Samples(plan);
        int share = Math.Max(1, samples / plan.ClientCount);
        if (samples < plan.ClientCount)
        {
            return Equal($"{samples} samples are too few for {plan.ClientCount} clients");
        }

        try
        {
            DealtData data = DealtData.Load(plan, stage, cancellation);
            return new(data.Clients, data.Dataset.TestLabels.Length);
        }
        catch (PartitionException impossible)
        {
            return Equal(impossible.Message.TrimEnd('.'));
        }

        ClientPopulation Equal(string why)
        {
            stage(string.Create(CultureInfo.InvariantCulture, $"{why}: each is taken to hold {share} (timing.samples_per_client)"));
            return EachWith(plan.ClientCount, share);
        }
    }

    /// <summary>How large the model is; makes it once unless the plan gives its bytes, which then are all of trained parameters.</summary>
    public static ModelExtent Extent(ExperimentPlan plan) => plan.Timing.ModelBytes is { } bytes ? ModelExtent.OfBytes(bytes)
        : ModelExtent.Of(ModelSize.LayoutOf((Choice<Torch.Models.ModelFactory>)plan.Model.Architecture, Definition(plan)));

    private static ClientPopulation EachWith(int clients, int samples)
    {
        int[] counts = new int[clients];
        Array.Fill(counts, samples);
        return new(counts);
    }

    private static int Samples(ExperimentPlan plan)
    {
        int all = Definition(plan).Samples(DatasetSplit.Train);
        return plan.Dataset.Options is DatasetOptions { TrainLimit: { } limit } ? Math.Min(all, limit) : all;
    }

    private static DatasetDefinition Definition(ExperimentPlan plan) => DatasetStore.Known.Single(known => known.Name == plan.Dataset.Name);
}
