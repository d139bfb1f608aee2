using System.ComponentModel.DataAnnotations;

namespace Straggler.Experiments;

/// <summary>Whether clients really train.</summary>
public enum TrainingMode
{
    /// <summary>On worker threads of this process.</summary>
    Local,

    /// <summary>Not at all: the timeline alone, with its staleness and participation.</summary>
    None,
}

/// <summary>What the training runs on.</summary>
public enum DeviceKind
{
    /// <summary>The best there is.</summary>
    Auto,

    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>An NVIDIA graphics card.</summary>
    Cuda,
}

/// <summary>How arrivals are recorded.</summary>
public enum UpdateRecording
{
    /// <summary>One row each in updates.csv.</summary>
    Csv,

    /// <summary>The same table in updates.parquet, readable once the run is over.</summary>
    Parquet,

    /// <summary>Not at all.</summary>
    Off,
}

/// <summary>The configuration's <c>recording</c> section.</summary>
public sealed record RecordingOptions
{
    /// <summary>How arrivals are recorded.</summary>
    public UpdateRecording Updates { get; init; } = UpdateRecording.Csv;

    /// <summary>Whether every local model that arrives is kept: local_models.csv and the folder local_models.</summary>
    public bool LocalModels { get; init; }

    /// <summary>Whether the report's figures are also drawn as files of their own, the folder figures; report.html holds them in either case.</summary>
    public bool Figures { get; init; } = true;
}

/// <summary>The configuration's <c>logging</c> section.</summary>
public sealed record LoggingOptions
{
    /// <summary>Whether event files for TensorBoard are written into the run directory.</summary>
    public bool Tensorboard { get; init; }

    /// <summary>The MLflow tracking server that follows the run; null for none. Files may say <c>true</c> for a section of defaults.</summary>
    public MlflowOptions? Mlflow { get; init; }

    /// <summary>Whether results should go to Weights &amp; Biases, which is not supported: the command warns and goes on.</summary>
    public bool Wandb { get; init; }
}

/// <summary>The configuration's <c>logging.mlflow</c> section. Credentials come from the environment.</summary>
public sealed record MlflowOptions
{
    /// <summary>The server's address; null for the environment variable MLFLOW_TRACKING_URI.</summary>
    public string? Uri { get; init; }

    /// <summary>The experiment's name; null for MLFLOW_EXPERIMENT_NAME, or <c>straggler</c>.</summary>
    public string? Experiment { get; init; }

    /// <summary>What the run is called there; null for its directory's name.</summary>
    public string? RunName { get; init; }

    /// <summary>Whether the run's files are uploaded at its end.</summary>
    public bool Artifacts { get; init; } = true;
}

/// <summary>The configuration's <c>checkpoint</c> section.</summary>
public sealed record CheckpointOptions
{
    /// <summary>Arrivals between checkpoints; null for none.</summary>
    [Range(1L, long.MaxValue)]
    public long? Every { get; init; }
}

/// <summary>The configuration's <c>memory</c> section: how much the run may take, which changes none of its results.</summary>
public sealed record MemoryOptions
{
    /// <summary>Mebibytes (2²⁰ bytes) of model versions that stay in memory; the others wait in a file. Null or 0 for no limit.</summary>
    [Range(0, 1_000_000_000)]
    public int? VersionsMb { get; init; } = 256;

    /// <summary>The limit in bytes; null for none.</summary>
    public long? VersionBytes() => VersionsMb is null or 0 ? null : (long)VersionsMb << 20;
}
