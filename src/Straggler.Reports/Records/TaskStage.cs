using Straggler.Recording;

namespace Straggler.Reports.Records;

/// <summary>A stretch of a task's time, in virtual seconds.</summary>
/// <param name="Name">What was done.</param>
/// <param name="From">When it began.</param>
/// <param name="To">When it ended.</param>
internal readonly record struct TaskStage(string Name, double From, double To)
{
    private const double Rounding = 1e-6;

    /// <summary>Whether it is the training; else it is a transfer.</summary>
    public bool IsTraining => Name == "training";

    /// <summary>The stages of a task, one after another; none where they are not known, or all of it was training.</summary>
    /// <remarks>
    /// Of a task that also waited it is not known when. Where only the training's length is known, as of live clients, the network is taken to
    /// have half of the rest before and half after it.
    /// </remarks>
    public static IReadOnlyList<TaskStage> Of(in UpdateRecord task)
    {
        (double start, double end, double computing) = (task.DispatchVirtualTime, task.VirtualTime, task.Parts.Compute.Seconds);
        (double down, double up) = (task.Parts.Download.Seconds, task.Parts.Upload.Seconds);
        double rest = end - start - computing;
        bool apart = double.IsFinite(down) && double.IsFinite(up);
        if (task.Outcome.IsLoss() || !(rest > Rounding * (end - start)) || (apart && Math.Abs(rest - down - up) > Rounding * (end - start)))
        {
            return [];
        }

        (double begun, double done) = apart ? (start + down, end - up) : (start + (rest / 2), end - (rest / 2));
        TaskStage[] stages = [new(apart ? "download" : "network", start, begun), new("training", begun, done), new(apart ? "upload" : "network", done, end)];
        return [.. stages.Where(stage => stage.To > stage.From)];
    }
}
