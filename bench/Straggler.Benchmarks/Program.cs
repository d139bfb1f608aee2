using BenchmarkDotNet.Running;
using Straggler.Benchmarks;

// dotnet run -c Release --project bench/Straggler.Benchmarks [-- BenchmarkDotNet's options, such as --filter *Kernels*]
// Whole workloads are measured by the command itself: straggler bench.
BenchmarkSwitcher.FromAssembly(typeof(KernelBenchmarks).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, MicroBenchmarks.Settings);
