using CsCheck;
using Straggler.Checkpoints;
using Straggler.Compression;
using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Tests.Compression;

public sealed class UpdateChannelTests
{
    /// <summary>Four trained parameters and two elements of a buffer.</summary>
    private static readonly ParameterLayout Layout = new(
        [new("w", [4], ParameterKind.Parameter, 0), new("running_mean", [2], ParameterKind.Buffer, 4)]);

    [Fact]
    public void Receive_TopKWithErrorFeedback_SendsWhatWasLostWithTheNextUpdate()
    {
        UpdateChannel channel = Channel(new TopK(new() { Fraction = 0.25 }));

        // Base 10; delta (1, −3, 2, 0): the −3 is sent, (1, 0, 2, 0) is remembered. Buffers go as they are.
        Assert.Equal([10, 7, 10, 10, 8, 9], channel.Receive(Task(0, 0), [10, 10, 10, 10, 0, 0], [11, 7, 12, 10, 8, 9]).ToArray());

        // Delta (1, 1, 1, 1) + memory = (2, 1, 3, 1): the 3 is sent, (2, 1, 0, 1) is remembered.
        Assert.Equal([0, 0, 3, 0, 0, 0], channel.Receive(Task(0, 1), new float[6], [1, 1, 1, 1, 0, 0]).ToArray());

        // Another client has a memory of its own.
        Assert.Equal([0, 0, 0, 1, 0, 0], channel.Receive(Task(1, 0), new float[6], [0, 0, 0, 1, 0, 0]).ToArray());
        Assert.Equal([2, 0, 0, 0, 0, 0], channel.Receive(Task(0, 2), new float[6], new float[6]).ToArray());
    }

    [Fact]
    public void Receive_ErrorsThatComeWithALaterDelta_AreTakenUpToTheLimitOnly()
    {
        // Deltas of length at most 5, clipped before they are encoded. (3, 4, 0, 0) sends the 4; then (3, 0, 0, 0) + memory (3, 0, 0, 0)
        // makes 6, of which the server takes 5. The buffers are no part of it.
        UpdateChannel channel = Channel(new TopK(new() { Fraction = 0.25 }));
        Assert.Equal([1, 5, 1, 1, 9, 9], channel.Receive(Task(0, 0), [1, 1, 1, 1, 0, 0], [4, 5, 1, 1, 9, 9], limit: 5).ToArray());
        Assert.Equal([5, 0, 0, 0, 9, 9], channel.Receive(Task(0, 1), new float[6], [3, 0, 0, 0, 9, 9], limit: 5).ToArray());
    }

    [Fact]
    public void Receive_TopKWithoutErrorFeedback_ForgetsWhatWasLost()
    {
        UpdateChannel channel = Channel(new TopK(new() { Fraction = 0.25, ErrorFeedback = false }));
        channel.Receive(Task(0, 0), new float[6], [1, 2, 3, 4, 0, 0]);
        Assert.Equal(new float[6], channel.Receive(Task(0, 1), new float[6], new float[6]).ToArray());
    }

    [Fact]
    public void Receive_ErrorFeedback_LosesNothingInTheLongRun() => Gen.Float[-10, 10].Array[4].List[1, 40].Sample(deltas =>
    {
        // Σ received + memory = Σ deltas; the memory comes out once nothing else is to be sent (4 values, one at a time).
        UpdateChannel channel = Channel(new TopK(new() { Fraction = 0.25 }));
        double[] received = new double[4];
        float[] nothing = new float[6];
        int occurrence = 0;
        foreach (float[] delta in deltas.Concat(Enumerable.Repeat(new float[4], 4)))
        {
            ReadOnlySpan<float> got = channel.Receive(Task(0, occurrence++), nothing, [.. delta, 0, 0]);
            for (int i = 0; i < 4; i++)
            {
                received[i] += got[i];
            }
        }

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(deltas.Sum(delta => (double)delta[i]), received[i], 1e-3);
        }
    });

    [Fact]
    public void Receive_NoCompression_IsTheVectorItself()
    {
        float[] local = [1, 2, 3, 4, 5, 6];
        Assert.True(Channel(new NoCompression()).Receive(Task(0, 0), new float[6], local) == local);
    }

    [Fact]
    public void Receive_NonFinite_StaysSoAndLeavesNoTrace()
    {
        UpdateChannel channel = Channel(new TopK(new() { Fraction = 0.25 }));
        Assert.True(float.IsNaN(channel.Receive(Task(0, 0), new float[6], [1, float.NaN, 2, 3, 0, 0])[1]));

        // A delta beyond float32.
        float[] high = [.. Enumerable.Repeat(float.MaxValue, 6)], low = [.. Enumerable.Repeat(-float.MaxValue, 6)];
        Assert.False(FlatVector.IsFinite(channel.Receive(Task(0, 1), low, high)));
        Assert.Equal(new float[6], channel.Receive(Task(0, 2), new float[6], new float[6]).ToArray());
    }

    [Fact]
    public void Receive_RandomRounding_BelongsToTheTask()
    {
        float[] local = [0.3f, -0.7f, 1.1f, 0.2f, 0, 0];
        float[] first = Channel(new Qsgd(new())).Receive(Task(2, 5), new float[6], local).ToArray();
        Assert.Equal(first, Channel(new Qsgd(new())).Receive(Task(2, 5), new float[6], local).ToArray());
        Assert.Contains(Enumerable.Range(0, 10), occurrence =>
            !first.SequenceEqual(Channel(new Qsgd(new())).Receive(Task(2, occurrence), new float[6], local).ToArray()));
    }

    [Fact]
    public void Save_Memory_GoesOnWhereItStopped()
    {
        UpdateChannel channel = Channel(new TopK(new() { Fraction = 0.25 })), resumed = Channel(new TopK(new() { Fraction = 0.25 }));
        channel.Receive(Task(2, 0), new float[6], [1, 2, 3, 4, 0, 0]);
        using MemoryStream stream = new();
        using (StateWriter writer = new(stream))
        {
            channel.Save(writer);
        }

        stream.Position = 0;
        using StateReader reader = new(stream);
        resumed.Load(reader);
        Assert.Equal([0, 0, 3, 0, 0, 0], resumed.Receive(Task(2, 1), new float[6], new float[6]).ToArray());
    }

    private static LocalTask Task(int client, int occurrence) => new(client, occurrence, ClientAlgorithm.Plain);

    private static UpdateChannel Channel(ICompressor compressor) => new(compressor, new RandomStreams(1), 3, Layout);
}
