using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>What becomes of a task when its client goes off in the midst of it.</summary>
public enum MidTaskRule
{
    /// <summary>It rests and goes on when the client is on again.</summary>
    Pause,

    /// <summary>It is given up; its work is lost.</summary>
    Abort,

    /// <summary>It goes on: who is off is not selected, but ends what it has begun.</summary>
    Finish,
}

/// <summary>How a stretch of work on a client ends.</summary>
/// <param name="At">When; <see cref="VirtualTime.Never"/> for work that rests for ever.</param>
/// <param name="Done">Whether all of the work was done.</param>
public readonly record struct WorkEnd(VirtualTime At, bool Done);

/// <summary>How work and availability go together.</summary>
public static class MidTask
{
    /// <summary>When work ends that a client begins at a moment.</summary>
    /// <param name="availability">When the client is on.</param>
    /// <param name="rule">What it does when it goes off. Work that would begin while it is off counts as having gone off at once.</param>
    /// <param name="client">The client.</param>
    /// <param name="start">When the work begins.</param>
    /// <param name="work">How long it takes without a break.</param>
    /// <param name="limit">Nobody waits longer: work that has not ended by then ends there, not done.</param>
    /// <exception cref="InvalidOperationException">The client goes on and off too often to follow it.</exception>
    public static WorkEnd EndOfWork(
        this IAvailability availability, MidTaskRule rule, int client, VirtualTime start, VirtualDuration work, VirtualTime limit)
    {
        ArgumentNullException.ThrowIfNull(availability);
        if (rule == MidTaskRule.Finish)
        {
            return Limited(start + work, done: true, limit);
        }

        VirtualTime now = start;
        for (int looked = 0; now < limit; looked++)
        {
            Spells.GuardAgainstEndlessWalk(looked, client, now);
            Spell spell = availability.At(client, now);
            if (spell.IsOn)
            {
                // The end of the work against the end of the spell: work that ends with it is done.
                if (now + work <= spell.Until)
                {
                    return Limited(now + work, done: true, limit);
                }

                work = new(work.Seconds - (spell.Until - now).Seconds);
            }
            else if (rule == MidTaskRule.Abort)
            {
                return new(now, Done: false);
            }

            now = spell.Until;
        }

        return new(limit, Done: false);
    }

    private static WorkEnd Limited(VirtualTime end, bool done, VirtualTime limit) =>
        end <= limit ? new(end, done) : new(limit, Done: false);
}
