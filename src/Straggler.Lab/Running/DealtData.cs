using Straggler.Configuration;
using Straggler.Experiments;
using Straggler.Federation;
using Straggler.Partitioning;
using Straggler.Simulation;
using Straggler.Torch;
using Straggler.Torch.Datasets;

namespace Straggler.Lab.Running;

/// <summary>A plan's data set, dealt out to its clients.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Clients">Each client's samples.</param>
internal sealed record DealtData(LabelledDataset Dataset, IReadOnlyList<ClientShard> Clients)
{
    /// <summary>Loads the data set and deals it out.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="stage">Told what is being done.</param>
    /// <param name="cancellation">Gives the loading up.</param>
    /// <param name="datasets">Data sets that runs share; null for a run by itself.</param>
    /// <exception cref="DatasetException">The data set is nowhere to be had, or damaged.</exception>
    /// <exception cref="PartitionException">It cannot be dealt out as the plan says.</exception>
    public static DealtData Load(ExperimentPlan plan, Action<string> stage, CancellationToken cancellation, DatasetCache? datasets = null)
    {
        LabelledDataset dataset = (datasets ?? new()).Get(plan, () =>
        {
            stage($"Loading {plan.Dataset.Name}");
            return ((Choice<DatasetFactory>)plan.Dataset).Create()(DatasetStore.CreateDefault(new FetchLines(stage)), cancellation);
        });
        return new(dataset, ClientShards.Deal(plan.Partition.Partitioner.Create(), dataset.ToSamples(), plan.ClientCount, new RandomStreams(plan.Seed)));
    }

    /// <summary>Writes the partition into a file that <c>partition: {name: file}</c> reads.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path) => PartitionFile.Write(path, Dataset.Name, Dataset.TrainLabels.Length, Dataset.TestLabels.Length, Clients);

    /// <summary>[clients][classes] training samples.</summary>
    public int[][] ClassCounts() =>
    [
        .. Clients.Select(client =>
        {
            int[] counts = new int[Dataset.ClassNames.Length];
            foreach (int sample in client.Train)
            {
                counts[Dataset.TrainLabels[sample]]++;
            }

            return counts;
        }),
    ];
}
