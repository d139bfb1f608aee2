using Straggler.Simulation;

namespace Straggler.Delays.Fitting;

/// <summary>The delays of a simulation, as they are found in how long recorded tasks took.</summary>
/// <param name="Compute">The trainings; whole tasks where these were not told apart.</param>
/// <param name="Network">The transfers; null where they were not told apart, or take no time.</param>
/// <param name="Split">How many tasks say how long they computed.</param>
public sealed record TaskCalibration(DelayCalibration Compute, NetworkCalibration? Network, TaskSplit Split)
{
    /// <summary>Calibrates.</summary>
    /// <param name="tasks">The tasks that arrived; at least one.</param>
    /// <param name="clientCount">Number of clients n.</param>
    public static TaskCalibration Of(IReadOnlyCollection<MeasuredTask> tasks, int clientCount)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        MeasuredTask[] told = [.. tasks.Where(task => task.SaysComputing)];
        TaskSplit split = new(tasks.Count, told.Length, tasks.Select(task => task.Client).Distinct().Count() - told.Select(task => task.Client).Distinct().Count());
        return split.IsEnough
            ? new(DelayCalibration.Of(ClientDurations.Of(told, clientCount, task => task.Parts.Compute.Seconds)), NetworkCalibration.Of(told, clientCount), split)
            : new(DelayCalibration.Of(ClientDurations.Of(tasks, clientCount, task => task.Seconds)), null, split);
    }
}

/// <summary>A task that arrived.</summary>
/// <param name="Client">The client, 0-based.</param>
/// <param name="Seconds">From dispatch to arrival, above 0.</param>
/// <param name="Parts">How long its parts took, as far as they are known.</param>
public readonly record struct MeasuredTask(int Client, double Seconds, TaskDelay Parts)
{
    /// <summary>Whether it says how long it computed.</summary>
    public bool SaysComputing => Parts.Compute.Seconds > 0 && Parts.Compute.Seconds <= Seconds * (1 + 1e-9);

    /// <summary>Whether it says how long it was on the way, each way.</summary>
    public bool SaysTransfers => Parts.Download >= VirtualDuration.Zero && Parts.Upload >= VirtualDuration.Zero;
}

/// <summary>How many tasks say how long they computed.</summary>
/// <param name="Tasks">Tasks that arrived.</param>
/// <param name="Told">Those of them that say it.</param>
/// <param name="SilentClients">Clients that arrived, but none of whose tasks says it.</param>
public readonly record struct TaskSplit(int Tasks, int Told, int SilentClients)
{
    /// <summary>Whether computing and network can be told apart: at least half of the tasks say it, and some of every client that arrived.</summary>
    public bool IsEnough => 2 * Told >= Tasks && SilentClients == 0;
}
