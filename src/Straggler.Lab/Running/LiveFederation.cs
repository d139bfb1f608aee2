using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Lab.Running;

/// <summary>Clients outside of this process.</summary>
/// <param name="Clients">The clients.</param>
/// <param name="Evaluator">Who evaluates in place of this process; null where it has a test set of its own.</param>
/// <param name="ModelBytes">Bytes of the model as it is sent to them, and of an update of which no more is known.</param>
internal sealed record LiveFederation(ILiveClients Clients, IModelEvaluator? Evaluator, long ModelBytes);

/// <summary>A model to begin with that the seed does not make.</summary>
/// <param name="Layout">The parts.</param>
/// <param name="Initial">The values, in the order in which the server stores them.</param>
internal sealed record InitialModel(ParameterLayout Layout, float[] Initial);
