using System.Text.Json;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tracking;

/// <summary>What a tracking server has of a run: mlflow.json of the run directory, by which a run goes on there.</summary>
/// <param name="Server">The server's address.</param>
/// <param name="RunId">The run's identifier there.</param>
/// <param name="ArtifactUri">Where its artifacts go.</param>
/// <param name="StartTime">Its start, in milliseconds since 1970.</param>
internal sealed record MlflowState(string Server, string RunId, string ArtifactUri, long StartTime)
{
    private static readonly JsonSerializerOptions _style = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Whether it has the parameters.</summary>
    public bool HasParameters { get; init; }

    /// <summary>The last evaluation that it has, by arrivals; −1 for none.</summary>
    public long SentArrival { get; init; } = -1;

    /// <summary>Reads a run directory's file.</summary>
    /// <returns>Null if there is none, or none that can be read: the run is then a new one there.</returns>
    public static MlflowState? Read(string runDirectory)
    {
        string path = PathOf(runDirectory);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using FileStream stream = RecordFile.Open(path);
            return JsonSerializer.Deserialize<MlflowState>(stream, _style) is { RunId.Length: > 0 } state ? state : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="ReportException">It cannot be written.</exception>
    public void Write(string runDirectory) => AtomicFile.Write(PathOf(runDirectory), JsonSerializer.SerializeToUtf8Bytes(this, _style));

    private static string PathOf(string runDirectory) => Path.Combine(runDirectory, "mlflow.json");
}
