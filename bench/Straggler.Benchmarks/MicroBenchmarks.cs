using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Straggler.Benchmarks;

/// <summary>How the small parts are measured.</summary>
internal static class MicroBenchmarks
{
    /// <summary>In this process, short: enough for shares of a bandwidth, and no second build.</summary>
    public static IConfig Settings => DefaultConfig.Instance
        .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
        .WithOptions(ConfigOptions.DisableOptimizationsValidator);
}
