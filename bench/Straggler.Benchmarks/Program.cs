using BenchmarkDotNet.Running;
using Straggler.Benchmarks;

// dotnet run -c Release --project bench/Straggler.Benchmarks [-- BenchmarkDotNet's options, such as --filter *Kernels*]
// dotnet run -c Release --project bench/Straggler.Benchmarks -- load HOST:PORT CLIENTS BYTES: clients for a live Flower server, Python's or ours.
// Whole workloads are measured by the command itself: straggler bench.
if (args is ["load", .. var load])
{
    return await LiveLoad.RunAsync(load);
}

BenchmarkSwitcher.FromAssembly(typeof(KernelBenchmarks).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, MicroBenchmarks.Settings);
return 0;
