namespace Straggler.Federation;

/// <summary>The samples a client holds.</summary>
/// <param name="Train">Indices into the training set, ascending.</param>
/// <param name="Test">Indices into the test set on which the client's accuracy is measured, ascending; may be empty.</param>
public sealed record ClientShard(int[] Train, int[] Test);
