namespace Straggler.Cli.Bench;

/// <summary>What a workload took, beside the floor: the bare training steps, or the bare timeline, that no simulator can go below.</summary>
internal sealed record BenchResult
{
    /// <summary>The workload's name.</summary>
    public required string Workload { get; init; }

    /// <summary>Wall seconds of the simulation, without loading the data.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>Wall seconds of a bare loop of the same gradient steps and evaluations with the same kernels; of a timeline, of its bare loop.</summary>
    public double? FloorSeconds { get; init; }

    /// <summary>Simulation over floor.</summary>
    public double? Ratio => WallSeconds / FloorSeconds;

    /// <summary>Processor seconds of the simulation: what to go by where others are at work on the machine.</summary>
    public required double ProcessorSeconds { get; init; }

    /// <summary>Processor seconds of the bare loop.</summary>
    public double? FloorProcessorSeconds { get; init; }

    /// <summary>Processor time of the simulation over that of the bare loop.</summary>
    public double? ProcessorRatio => ProcessorSeconds / FloorProcessorSeconds;

    /// <summary>Share of the workers' wall time in the simulation in which they neither trained nor evaluated.</summary>
    public double? IdleShare { get; init; }

    /// <summary>Wall seconds of the bare loop in libtorch's default memory layout.</summary>
    public double? DefaultLayoutSeconds { get; init; }

    /// <summary>Simulation over the bare loop in the default layout.</summary>
    public double? DefaultLayoutRatio => WallSeconds / DefaultLayoutSeconds;

    /// <summary>Gradient steps behind the arrivals.</summary>
    public int GradientSteps { get; init; }

    /// <summary>Client updates that arrived.</summary>
    public required int Arrivals { get; init; }

    /// <summary>Evaluations of the whole test set, in the simulation as in the floor.</summary>
    public required int Evaluations { get; init; }

    /// <summary>Threads.</summary>
    public required int Workers { get; init; }
}
