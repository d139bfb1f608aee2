namespace Straggler.Simulation;

/// <summary>A task on its way over the server's link.</summary>
/// <param name="flight">The task.</param>
/// <param name="plan">What is known of it.</param>
internal sealed class LinkTask(Flight flight, in LinkPlan plan)
{
    private readonly LinkPlan _plan = plan;

    /// <summary>The task.</summary>
    public Flight Flight => flight;

    /// <summary>Its way without other traffic.</summary>
    public LinkCourse Course { get; private set; }

    /// <summary>By how much others have held it up: the virtual seconds that it is behind <see cref="Course"/>.</summary>
    public double Slip { get; set; }

    /// <summary>Its present transfer.</summary>
    public LinkTransfer Transfer { get; private set; }

    /// <summary>What is left of it, in virtual seconds at its own speed.</summary>
    public double Left { get; set; }

    /// <summary>Whether it has been slower than its own speed.</summary>
    public bool IsHeldUp { get; set; }

    /// <summary>The share of its own speed that it gets at present.</summary>
    public double Share { get; set; }

    /// <summary>When its present transfer ends if nothing changes.</summary>
    public VirtualTime End { get; set; }

    /// <summary>Whether it is off the link for good.</summary>
    public bool IsOver { get; set; }

    /// <summary>When it would come back if it was not held up any more.</summary>
    public VirtualTime Expected => Course is { NoticedLate: true, Loss: not null } ? Course.Limit
        : new(Math.Min(Course.Limit.Seconds, At(Course.Due).Seconds));

    /// <summary>It begins.</summary>
    public void Begin(VirtualTime now) => Course = LinkCourse.From(now, _plan);

    /// <summary>When it gets to a point of its course, as far as it is known now.</summary>
    public VirtualTime At(VirtualTime planned) => new(planned.Seconds + Slip);

    /// <summary>The download has ended: it took as much longer as others held it up.</summary>
    public void EndDownload()
    {
        if (IsHeldUp)
        {
            flight.Parts = flight.Parts with { Download = new(_plan.Delay.Download.Seconds + Slip) };
        }
    }

    /// <summary>The upload has ended: it took as much longer as others held it up since the download.</summary>
    public void EndUpload()
    {
        if (IsHeldUp)
        {
            double before = flight.Parts.Download.Seconds - _plan.Delay.Download.Seconds;
            flight.Parts = flight.Parts with { Upload = new(_plan.Delay.Upload.Seconds + (Slip - before)) };
        }
    }

    /// <summary>A transfer begins.</summary>
    public void Begin(in LinkTransfer transfer) => (Transfer, Left, IsHeldUp) = (transfer, transfer.Seconds, false);
}
