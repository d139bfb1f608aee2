namespace Straggler.Federation;

/// <summary>Copies a flat vector from one element order into another.</summary>
/// <param name="from">The vector.</param>
/// <param name="to">Receives it; as long.</param>
public delegate void VectorCopy(ReadOnlySpan<float> from, Span<float> to);
