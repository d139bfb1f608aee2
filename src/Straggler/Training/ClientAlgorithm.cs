using Straggler.Checkpoints;

namespace Straggler.Training;

/// <summary>
/// What a client does in a task: from x it makes gradient steps w ← w − r·opt(∇f(w) + ρ(w − x) + c), with the recipe's optimizer.
/// </summary>
/// <remarks>
/// The one way in which a strategy changes local training. It is data, fixed at dispatch: the training may then run anywhere and any time
/// before its arrival, and a checkpoint can hold it. FedAsync's and FedProx's proximal terms are ρ; SCAFFOLD's control variates, FedDyn's
/// linear term and ASO-Fed's corrections are c, which is constant during a task; partial work is a number of steps.
/// </remarks>
public sealed record ClientAlgorithm
{
    /// <summary>The recipe alone.</summary>
    public static ClientAlgorithm Plain { get; } = new();

    /// <summary>ρ (or μ) of the term ρ/2‖w − x‖² over the trained parameters; 0 for none.</summary>
    public double ProximalCoefficient { get; init; }

    /// <summary>c, added to the gradient of every step: one value for each trained parameter, or empty for none. Never changed afterwards.</summary>
    public ReadOnlyMemory<float> Correction { get; init; }

    /// <summary>r, the factor of the recipe's learning rate.</summary>
    public double LearningRateScale { get; init; } = 1;

    /// <summary>Gradient steps instead of the recipe's; null for the recipe's.</summary>
    public int? Steps { get; init; }

    /// <summary>x where it is not the server's version: a whole vector, or empty. Never changed afterwards.</summary>
    public ReadOnlyMemory<float> Start { get; init; }

    /// <summary>Writes all but <see cref="Start"/>, which the flight holds, into a checkpoint.</summary>
    internal void Save(StateWriter writer)
    {
        writer.Write(ProximalCoefficient);
        writer.Write(Correction.Span);
        writer.Write(LearningRateScale);
        writer.Write(Steps is not null);
        writer.Write(Steps ?? 0);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal static ClientAlgorithm Load(StateReader reader)
    {
        ClientAlgorithm algorithm = new()
        {
            ProximalCoefficient = reader.ReadDouble(),
            Correction = reader.ReadArray<float>(),
            LearningRateScale = reader.ReadDouble(),
        };
        bool hasSteps = reader.ReadBoolean();
        int steps = reader.ReadInt32();
        return hasSteps ? algorithm with { Steps = steps } : algorithm;
    }
}
