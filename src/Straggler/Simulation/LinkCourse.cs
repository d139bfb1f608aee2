using Straggler.Availability;
using Straggler.Delays;
using Straggler.Recording;

namespace Straggler.Simulation;

/// <summary>A task's way over the server's link as it would be without other traffic; whoever is held up gets there so much later.</summary>
/// <remarks>A task that breaks off has a shorter way: nothing of it comes after the break.</remarks>
internal readonly record struct LinkCourse
{
    /// <summary>When it begins.</summary>
    public VirtualTime Begun { get; private init; }

    /// <summary>When the upload begins.</summary>
    public VirtualTime UploadBegin { get; private init; }

    /// <summary>When it arrives: at the end of the upload, or a latency later.</summary>
    public VirtualTime Due { get; private init; }

    /// <summary>When the server gives it up, held up or not.</summary>
    public VirtualTime Limit { get; private init; }

    /// <summary>The download, as far as it gets.</summary>
    public LinkTransfer Download { get; private init; }

    /// <summary>The upload, as far as it gets.</summary>
    public LinkTransfer Upload { get; private init; }

    /// <summary>How it is lost on its way; null for one that arrives.</summary>
    public UpdateOutcome? Loss { get; private init; }

    /// <summary>Whether the server learns of its loss at <see cref="Limit"/> only.</summary>
    public bool NoticedLate { get; private init; }

    /// <summary>The way of a task that begins now.</summary>
    /// <param name="begun">The moment.</param>
    /// <param name="plan">Its parts.</param>
    public static LinkCourse From(VirtualTime begun, in LinkPlan plan)
    {
        (TaskDelay delay, Transfer down, Transfer up, TaskHazard hazard) = plan;
        VirtualTime due = begun + delay.Total;
        VirtualTime end = hazard.BreaksAt is { } point ? begun + (delay.Total * point) : due;
        VirtualTime uploadEnd = new(due.Seconds - (delay.Upload.Seconds - up.Alone.Seconds));
        VirtualTime downloadEnd = begun + down.Alone;
        VirtualTime uploadBegin = new(Math.Max(downloadEnd.Seconds, uploadEnd.Seconds - up.Alone.Seconds));
        return new()
        {
            Begun = begun,
            Download = Cut(new(down.Alone.Seconds, down.Rate, downloadEnd), begun, end),
            UploadBegin = Earlier(uploadBegin, end),
            Upload = Cut(new(up.Alone.Seconds, up.Rate, uploadEnd), uploadBegin, end),
            Due = end,
            Limit = hazard.Limit is { } limit ? begun + limit : VirtualTime.Never,
            Loss = hazard.Loss,
            NoticedLate = hazard.NoticedLate,
        };
    }

    /// <summary>A transfer up to a break.</summary>
    private static LinkTransfer Cut(LinkTransfer whole, VirtualTime begin, VirtualTime end) => whole.End <= end ? whole
        : whole with { Seconds = Math.Max(0, (end - begin).Seconds), End = end };

    private static VirtualTime Earlier(VirtualTime left, VirtualTime right) => left < right ? left : right;
}

/// <summary>What is known of a task before it begins.</summary>
/// <param name="Delay">How long its parts take without other traffic; together its duration, to the last bit.</param>
/// <param name="Down">The download.</param>
/// <param name="Up">The upload.</param>
/// <param name="Hazard">What befalls it.</param>
internal readonly record struct LinkPlan(TaskDelay Delay, Transfer Down, Transfer Up, TaskHazard Hazard);

/// <summary>A transfer without other traffic.</summary>
/// <param name="Seconds">Virtual seconds that it takes; nothing is sent if they are 0.</param>
/// <param name="Rate">Its speed, that of the client's own link, in bytes per virtual second.</param>
/// <param name="End">When it ends.</param>
internal readonly record struct LinkTransfer(double Seconds, double Rate, VirtualTime End);
