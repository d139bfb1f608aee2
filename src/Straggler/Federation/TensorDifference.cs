namespace Straggler.Federation;

/// <summary>A tensor in which two models differ.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Left">What the first model has, such as <c>F32 [64, 10]</c>; null where it has no such tensor.</param>
/// <param name="Right">What the second model has.</param>
/// <param name="Elements">Its elements; of the first model where the shapes differ.</param>
/// <param name="Differing">Elements that differ; null where the tensors cannot be held against each other.</param>
/// <param name="MaxDifference">The largest absolute difference of two elements; infinite where only one is NaN, null where it is not known.</param>
public sealed record TensorDifference(string Name, string? Left, string? Right, long Elements, long? Differing, double? MaxDifference);
