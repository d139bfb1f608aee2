using BenchmarkDotNet.Attributes;
using Straggler.Federation;

namespace Straggler.Benchmarks;

/// <summary>The aggregation kernels beside a copy; bytes read and written per element: copy 8, Mix and Step 12, Accumulate 16, DeltaCosine 12, IsFinite 4.</summary>
public class KernelBenchmarks
{
    private float[] _a = [], _b = [], _c = [], _to = [];

    /// <summary>Elements: ResNet-18's, which fit no cache.</summary>
    [Params(11_200_000)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _a = [.. Enumerable.Range(0, Length).Select(i => MathF.Sin(i))];
        _b = [.. _a.Select(value => value * 0.9f)];
        _c = [.. _a.Select(value => value + 0.1f)];
        _to = new float[Length];
    }

    [Benchmark(Baseline = true)]
    public void Copy() => _a.AsSpan().CopyTo(_to);

    [Benchmark]
    public void Mix() => FlatVector.Mix(_a, _b, 0.3f, _to);

    [Benchmark]
    public void MixInPlace() => FlatVector.Mix(_to, _b, 0.3f, _to);

    [Benchmark]
    public void Step() => FlatVector.Step(_a, _b, 0.3f, _to);

    [Benchmark]
    public void Accumulate() => FlatVector.Accumulate(_to, _a, _b, 0.3f, 0.5f);

    [Benchmark]
    public double DeltaCosine() => FlatVector.DeltaCosine(_a, _b, _c);

    [Benchmark]
    public bool IsFinite() => FlatVector.IsFinite(_a);
}
