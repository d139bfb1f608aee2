using Straggler.Torch.Datasets;

namespace Straggler.Torch.Models;

/// <summary>Makes a model for a data set's samples and classes.</summary>
/// <param name="input">What an input is.</param>
/// <param name="classCount">Number of classes, at least 2.</param>
/// <returns>A new module; the caller disposes of it.</returns>
/// <exception cref="ModelShapeException">The model does not work on such inputs, or they are too small.</exception>
public delegate FederatedModule ModelFactory(IInputShape input, int classCount);

/// <summary>A model that cannot work on the data set's samples; the message says why and what would.</summary>
/// <param name="message">The explanation for the user.</param>
public sealed class ModelShapeException(string message) : Exception(message);
