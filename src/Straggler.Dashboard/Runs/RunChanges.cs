using System.Collections.Immutable;

namespace Straggler.Dashboard.Runs;

/// <summary>What has changed since some moment.</summary>
/// <param name="Sequence">The count of changes that this brings a page to.</param>
/// <param name="Rows">The runs that are new or have changed.</param>
/// <param name="Gone">The ids of those that are no more.</param>
/// <param name="Full">Whether these are all runs that there are.</param>
internal sealed record RunChanges(long Sequence, ImmutableArray<RunRow> Rows, ImmutableArray<string> Gone, bool Full);
