using Straggler.Recording;
using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>What becomes of a task, known when it is dispatched.</summary>
/// <param name="Ends">When it arrives, or when the server notices that it will not.</param>
/// <param name="Loss">How it is lost; null for one that arrives.</param>
public readonly record struct TaskFate(VirtualTime Ends, UpdateOutcome? Loss);
