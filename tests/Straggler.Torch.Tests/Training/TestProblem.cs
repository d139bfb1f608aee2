using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Torch.Datasets;
using Straggler.Torch.Models;
using Straggler.Torch.Training;
using Straggler.Training;

namespace Straggler.Torch.Tests.Training;

/// <summary>Small problems on made-up images.</summary>
internal static class TestProblem
{
    public const int Classes = 4;
    public const int ClientCount = 3;
    public const ulong Seed = 7;

    /// <summary>Images whose brightness in one quarter tells the class, in noise.</summary>
    public static ImageDataset Dataset(ImageShape shape, int trainCount = 39, int testCount = 23, bool augment = false) => new()
    {
        Name = "made_up",
        Shape = shape,
        ClassNames = [.. Enumerable.Range(0, Classes).Select(label => $"class {label}")],
        Mean = [.. Enumerable.Range(0, shape.Channels).Select(channel => 0.3f + (0.1f * channel))],
        Deviation = [.. Enumerable.Range(0, shape.Channels).Select(channel => 0.2f + (0.05f * channel))],
        Train = Split(shape, trainCount, 1),
        Test = Split(shape, testCount, 2),
        Augment = augment,
    };

    /// <summary>Text of three roles that say the same again and again, in sequences of 10; the last of each part are shorter.</summary>
    public static SequenceDataset Text() => TextLoader.Cut(
        DatasetStore.Known.Single(definition => definition.Name == "shakespeare"),
        [
            new("Ann", string.Concat(Enumerable.Repeat("to be, or not to be\n", 12))),
            new("Bob", string.Concat(Enumerable.Repeat("the rest is silence;\n", 7))),
            new("Cid", "ay me!\n"),
        ],
        new() { SequenceLength = 10, TestFraction = 0.25 });

    public static TorchProblem Create(
        string model,
        LocalTrainingOptions? training = null,
        object? modelOptions = null,
        LabelledDataset? dataset = null,
        IReadOnlyList<ClientShard>? clients = null,
        double featureNoise = 0,
        int operatorThreads = 1)
    {
        dataset ??= Dataset(new(1, 28, 28));
        Choice<ModelFactory> choice = TorchBuiltIns.Models.Choose(model);
        choice = modelOptions is null ? choice : choice with { Options = modelOptions };
        return new(dataset, clients ?? Deal(dataset.TrainLabels.Length), choice, training ?? new() { BatchSize = 5 }, new(Seed), featureNoise)
        {
            OperatorThreads = operatorThreads,
        };
    }

    /// <summary>Deals samples like cards.</summary>
    public static ClientShard[] Deal(int count) =>
        [.. Enumerable.Range(0, ClientCount).Select(client =>
            new ClientShard([.. Enumerable.Range(0, count).Where(sample => sample % ClientCount == client)], []))];

    public static float[] Initial(TorchProblem problem)
    {
        float[] parameters = new float[problem.Layout.Length];
        problem.Initialize(parameters);
        return parameters;
    }

    public static (float[] Local, LocalOutcome Outcome) Train(
        TorchProblem problem, IClientLearner learner, float[] dispatched, int client = 1, int occurrence = 0, double proximal = 0) =>
        Train(learner, dispatched, new(client, occurrence, new() { ProximalCoefficient = proximal }));

    public static (float[] Local, LocalOutcome Outcome) Train(IClientLearner learner, float[] dispatched, LocalTask task)
    {
        float[] local = new float[dispatched.Length];
        LocalOutcome outcome = learner.Train(task, dispatched, local, CancellationToken.None);
        return (local, outcome);
    }

    private static ImageSplit Split(ImageShape shape, int count, int salt)
    {
        RandomStream random = new RandomStreams(99).Open(new("test.images"), salt);
        byte[] pixels = new byte[count * shape.Length];
        int[] labels = new int[count];
        for (int sample = 0; sample < count; sample++)
        {
            labels[sample] = random.NextInt32(Classes);
            for (int index = 0; index < shape.Length; index++)
            {
                int quarter = index % (shape.Height * shape.Width) * Classes / (shape.Height * shape.Width);
                pixels[(sample * shape.Length) + index] = (byte)(random.NextInt32(150) + (quarter == labels[sample] ? 100 : 0));
            }
        }

        return new(pixels, labels);
    }
}
