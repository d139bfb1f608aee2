using Straggler.Training;

namespace Straggler.Flower.Live;

/// <summary>The configuration that goes with a task, by which <c>straggler client</c> trains as the simulation's clients do.</summary>
internal static class FitConfiguration
{
    /// <summary>The entries.</summary>
    /// <param name="task">The task.</param>
    /// <param name="version">The version that is sent.</param>
    /// <param name="recipe">The clients' recipe.</param>
    /// <exception cref="InvalidOperationException">The strategy asks for what the protocol has no words for.</exception>
    public static Dictionary<string, Scalar> Create(in LocalTask task, long version, LocalTrainingOptions recipe)
    {
        ClientAlgorithm algorithm = task.Algorithm;
        if (!algorithm.Correction.IsEmpty || !algorithm.Start.IsEmpty)
        {
            throw new InvalidOperationException("The strategy sends its clients vectors besides the model, which Flower's clients do not take.");
        }

        Dictionary<string, Scalar> config = new()
        {
            ["server_round"] = version,
            ["occurrence"] = (long)task.Occurrence,
            ["epochs"] = (long)recipe.Epochs,
            ["local_epochs"] = (long)recipe.Epochs,
            ["batch_size"] = (long)recipe.BatchSize,
            ["lr"] = recipe.LearningRate * algorithm.LearningRateScale,
            ["proximal_mu"] = algorithm.ProximalCoefficient,
        };
        if ((algorithm.Steps ?? recipe.Steps) is { } steps)
        {
            config["steps"] = (long)steps;
        }

        return config;
    }
}
