using Straggler.Recording;
using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>What becomes of a task, known when it is dispatched.</summary>
/// <param name="Ends">When it arrives, or when the server notices that it will not.</param>
/// <param name="Loss">How it is lost; null for one that arrives.</param>
/// <param name="WorkShare">Share of its local steps that its client does, above 0 and at most 1.</param>
public readonly record struct TaskFate(VirtualTime Ends, UpdateOutcome? Loss, double WorkShare);
