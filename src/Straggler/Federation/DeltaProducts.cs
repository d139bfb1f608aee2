namespace Straggler.Federation;

/// <summary>What strategies ask about a client's delta Δ and a reference direction r.</summary>
/// <param name="Dot">⟨Δ, r⟩.</param>
/// <param name="DeltaSquared">‖Δ‖².</param>
/// <param name="ReferenceSquared">‖r‖².</param>
public readonly record struct DeltaProducts(double Dot, double DeltaSquared, double ReferenceSquared);
