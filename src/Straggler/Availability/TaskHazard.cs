using Straggler.Recording;
using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>What may befall a task whose end is not known when it is dispatched.</summary>
/// <param name="Loss">How it is lost if it is not too late before; null for one that arrives.</param>
/// <param name="BreaksAt">The fraction of its undisturbed duration after which it is broken off; null if it is not.</param>
/// <param name="Limit">How long the server waits for it; null for as long as it takes.</param>
/// <param name="NoticedLate">Whether the server learns of a loss only when it has waited so long.</param>
internal readonly record struct TaskHazard(UpdateOutcome? Loss, double? BreaksAt, VirtualDuration? Limit, bool NoticedLate);
