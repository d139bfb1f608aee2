using BenchmarkDotNet.Attributes;
using Straggler.Partitioning;
using Straggler.Simulation;

namespace Straggler.Benchmarks;

/// <summary>The event queue, random streams and the Dirichlet partitioner.</summary>
public class EngineBenchmarks
{
    private const int InFlight = 10_000;
    private static readonly StreamPurpose _purpose = new("benchmark");
    private readonly RandomStreams _streams = new(1);
    private readonly EventQueue<string> _queue = new();
    private readonly int[] _labels = [.. Enumerable.Range(0, 60_000).Select(sample => sample % 10)];
    private RandomStream _random;
    private int _draws;

    [GlobalSetup]
    public void Fill()
    {
        _random = _streams.Open(_purpose);
        for (int i = 0; i < InFlight; i++)
        {
            _queue.Add(new(_random.NextDouble()), "");
        }
    }

    [Benchmark]
    public void QueueTakeAndAdd()
    {
        double now = _queue.NextTime.Seconds;
        _queue.Take();
        _queue.Add(new(now + _random.NextDouble()), "");
    }

    [Benchmark]
    public double OpenStreamAndDrawGaussian()
    {
        RandomStream stream = _streams.Open(_purpose, 7, _draws++);
        return stream.NextGaussian();
    }

    [Benchmark]
    public int[][] DirichletOf60000Over1000() =>
        new DirichletPartitioner(new() { Alpha = 0.3 }).Partition(_labels, 10, 1_000, _streams.Open(_purpose));
}
