using System.Collections.Immutable;
using Straggler.Checkpoints;

namespace Straggler.Metrics;

/// <summary>The server's model measured at one moment: a row of metrics.csv.</summary>
public sealed record EvaluationRecord
{
    /// <summary>Arrivals processed so far.</summary>
    public required long Arrival { get; init; }

    /// <summary>Virtual seconds.</summary>
    public required double VirtualTime { get; init; }

    /// <summary>The server's version (server steps so far).</summary>
    public required long Version { get; init; }

    /// <summary>Mean cross-entropy on the test set.</summary>
    public required double Loss { get; init; }

    /// <summary>Fraction of the test set classified correctly.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Accuracy on each class; NaN for a class without test samples.</summary>
    public required ImmutableArray<double> ClassAccuracy { get; init; }

    /// <summary>Accuracy on each client's share of the test set; NaN for a client without one.</summary>
    public required ImmutableArray<double> ClientAccuracy { get; init; }

    /// <summary>How many live clients evaluated the model; null where it was evaluated on a test set, or not at all.</summary>
    public int? EvaluatingClients { get; init; }

    /// <summary>The values of the metric table (<c>BuiltIns.Metrics</c>), by name, in table order.</summary>
    public required ImmutableArray<KeyValuePair<string, double>> Metrics { get; init; }

    /// <summary>Writes the record into a checkpoint.</summary>
    internal void Save(StateWriter writer)
    {
        writer.Write(Arrival);
        writer.Write(VirtualTime);
        writer.Write(Version);
        writer.Write(Loss);
        writer.Write(Accuracy);
        writer.Write(ClassAccuracy.AsSpan());
        writer.Write(ClientAccuracy.AsSpan());
        writer.Write(EvaluatingClients ?? -1);
        writer.Write(Metrics.Length);
        foreach ((string name, double value) in Metrics)
        {
            writer.Write(name);
            writer.Write(value);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal static EvaluationRecord Load(StateReader reader) => new()
    {
        Arrival = reader.ReadInt64(),
        VirtualTime = reader.ReadDouble(),
        Version = reader.ReadInt64(),
        Loss = reader.ReadDouble(),
        Accuracy = reader.ReadDouble(),
        ClassAccuracy = [.. reader.ReadArray<double>()],
        ClientAccuracy = [.. reader.ReadArray<double>()],
        EvaluatingClients = reader.ReadInt32() is >= 0 and var count ? count : null,
        Metrics = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => KeyValuePair.Create(reader.ReadString(), reader.ReadDouble()))],
    };
}
