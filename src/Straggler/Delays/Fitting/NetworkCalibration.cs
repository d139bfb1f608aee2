namespace Straggler.Delays.Fitting;

/// <summary>What tasks spent on the network, as speeds of each client and a factor.</summary>
/// <remarks>All of it is taken to grow with the bytes. A floor of a nanosecond stands for transfers that took no time.</remarks>
/// <param name="Down">Each client's mean seconds down, or down and up together.</param>
/// <param name="Up">Each client's mean seconds up; null where the two ways were not told apart.</param>
/// <param name="Factor">How transfers differ from their client's mean; of both ways together where these were not told apart.</param>
public sealed record NetworkCalibration(IReadOnlyList<double> Down, IReadOnlyList<double>? Up, DelayCalibration Factor)
{
    private const double Least = 1e-9;

    /// <summary>Calibrates; null where no task spent any time on the network.</summary>
    /// <param name="tasks">Tasks that say how long they computed.</param>
    /// <param name="clientCount">Number of clients n.</param>
    public static NetworkCalibration? Of(IReadOnlyCollection<MeasuredTask> tasks, int clientCount)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        if (!tasks.All(task => task.SaysTransfers))
        {
            ClientDurations both = Durations(task => task.Seconds - task.Parts.Compute.Seconds);
            return new(both.Means, null, DelayCalibration.OfClients(both));
        }

        if (tasks.All(task => task.Parts.Download.Seconds == 0 && task.Parts.Upload.Seconds == 0))
        {
            return null;
        }

        ClientDurations down = Durations(task => task.Parts.Download.Seconds), up = Durations(task => task.Parts.Upload.Seconds);
        return new(down.Means, up.Means, DelayCalibration.OfClients(new([.. down.ByClient, .. up.ByClient])));

        ClientDurations Durations(Func<MeasuredTask, double> seconds) =>
            ClientDurations.Of(tasks, clientCount, task => Math.Max(Least, seconds(task)));
    }

    /// <summary>Each client's speeds in bytes per second, at which its mean is the recorded one.</summary>
    /// <param name="bytes">What a recorded task sent.</param>
    /// <remarks>Ways that were not told apart have one speed.</remarks>
    public (double[] Down, double[] Up) Speeds(TransferBytes bytes)
    {
        double mean = Factor.FactorMean;
        if (Up is null)
        {
            double[] both = [.. Down.Select(seconds => (bytes.Down + bytes.Up) * mean / seconds)];
            return (both, both);
        }

        return ([.. Down.Select(seconds => bytes.Down * mean / seconds)], [.. Up.Select(seconds => bytes.Up * mean / seconds)]);
    }
}
