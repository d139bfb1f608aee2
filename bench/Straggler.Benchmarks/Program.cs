using System.Globalization;
using BenchmarkDotNet.Running;
using Straggler.Benchmarks;
using Straggler.Torch.Training;
using Straggler.Training;

// dotnet run -c Release --project bench/Straggler.Benchmarks -- micro [BenchmarkDotNet's options, such as --filter *Kernels*]
if (args is ["micro", .. string[] options])
{
    BenchmarkSwitcher.FromAssembly(typeof(KernelBenchmarks).Assembly).Run(options.Length == 0 ? ["--filter", "*"] : options, MicroBenchmarks.Settings);
    return;
}

// dotnet run -c Release --project bench/Straggler.Benchmarks [-- threads]
// Processor time is shown beside wall time: on a machine that does other work too, only the former can be compared.
int threads = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : Environment.ProcessorCount;
using WorkloadW1 workload = new(threads);
TimeSpan before = Environment.CpuUsage.TotalTime;
(TimeSpan wall, IReadOnlyList<LocalTask> tasks, int evaluations) = await workload.SimulateAsync();
TimeSpan cpu = Environment.CpuUsage.TotalTime - before;
Console.WriteLine(FormattableString.Invariant($"W1 on {threads} threads, {evaluations} evaluations"));
Show("simulation", wall, cpu);
Floor("bare loop, steps alone", 0, MemoryOrder.ChannelsLast);
Floor("bare loop, steps and evaluations", evaluations, MemoryOrder.ChannelsLast);
Floor("default layout, steps alone", 0, MemoryOrder.Default);
Floor("default layout, steps and evaluations", evaluations, MemoryOrder.Default);

void Floor(string what, int withEvaluations, MemoryOrder order)
{
    TimeSpan start = Environment.CpuUsage.TotalTime;
    FloorResult floor = workload.Floor(tasks, withEvaluations, order);
    Show($"{what} ({floor.GradientSteps} steps)", floor.Wall, Environment.CpuUsage.TotalTime - start);
}

void Show(string what, TimeSpan thisWall, TimeSpan thisCpu) => Console.WriteLine(FormattableString.Invariant(
    $"{what,-52}{thisWall.TotalSeconds,8:F2} s{thisCpu.TotalSeconds,8:F2} s CPU   simulation/this {wall / thisWall:F3}, CPU {cpu / thisCpu:F3}"));
