using System.Text.Json;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tracking;

/// <summary>Sends a recorded run to an MLflow tracking server, or what a server has missed of a run that was tracked.</summary>
public static class MlflowExport
{
    private const int Tries = 4;

    /// <summary>Sends it.</summary>
    /// <param name="runDirectory">The run directory.</param>
    /// <param name="settings">The server.</param>
    /// <param name="handler">Sends the requests; disposed at the end.</param>
    /// <param name="time">The wall clock.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <returns>The run's identifier there, and why its files were not uploaded, or null.</returns>
    /// <exception cref="ReportException">It is no run directory, or the server is not there or refuses it.</exception>
    public static async Task<(string RunId, string? ArtifactProblem)> SendAsync(
        string runDirectory, MlflowSettings settings, HttpMessageHandler handler, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(runDirectory);
        ArgumentNullException.ThrowIfNull(settings);
        if (!File.Exists(Path.Combine(runDirectory, "metrics.csv")))
        {
            throw new ReportException($"{runDirectory}: holds no metrics.csv; expected a run directory.");
        }

        using MlflowClient client = new(settings, handler, time);
        MlflowRun run = new(runDirectory, settings, client, time);
        TimeSpan pause = settings.FirstPause;
        for (int tried = 1; ; tried++, pause *= 2)
        {
            try
            {
                await run.UpdateAsync(isOver: true, cancellation).ConfigureAwait(false);
                if (Status(runDirectory) is { } status)
                {
                    await run.ConcludeAsync(status, cancellation).ConfigureAwait(false);
                }

                return (MlflowState.Read(runDirectory)!.RunId, run.ArtifactProblem);
            }
            catch (MlflowException fault) when (fault.IsTransient && tried < Tries)
            {
                await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is MlflowException or JsonException)
            {
                throw new ReportException($"MLflow at {settings.Server}: {fault.Message.TrimEnd('.')}.", fault);
            }
        }
    }

    /// <summary>How a run ended; null if it has not.</summary>
    private static string? Status(string runDirectory)
    {
        string path = Path.Combine(runDirectory, "summary.json");
        if (!File.Exists(path))
        {
            return null;
        }

        using FileStream stream = RecordFile.Open(path);
        return SummaryFile.Read(stream, path).Text("stop_reason") == "cancelled" ? "KILLED" : "FINISHED";
    }
}
