using Straggler.Torch.Datasets;

namespace Straggler.Torch.Models;

/// <summary>Makes a model for a data set's images and classes.</summary>
/// <param name="shape">Channels, height and width of an input.</param>
/// <param name="classCount">Number of classes, at least 2.</param>
/// <returns>A new module; the caller disposes of it.</returns>
/// <exception cref="ModelShapeException">The images are too small for the model.</exception>
public delegate FederatedModule ModelFactory(ImageShape shape, int classCount);

/// <summary>A model that cannot work on the data set's images; the message says why and what would.</summary>
/// <param name="message">The explanation for the user.</param>
public sealed class ModelShapeException(string message) : Exception(message);
