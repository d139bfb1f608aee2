using Straggler.Configuration;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>What strategies that read gradients out of what clients return ask of the clients' recipe.</summary>
internal static class LocalRecipe
{
    /// <summary>Refuses recipes whose steps are not a learning rate times a gradient.</summary>
    /// <param name="recipe">The clients' recipe.</param>
    /// <param name="strategy">Who asks.</param>
    /// <param name="momentum">Whether the strategy can account for momentum.</param>
    /// <exception cref="InvalidOptionException">It cannot account for the recipe.</exception>
    public static void RequireSgd(LocalTrainingOptions recipe, string strategy, bool momentum = false)
    {
        string why = $"{strategy} takes (x - w)/(steps x lr) for a client's mean gradient, which it is with plain sgd only";
        if (recipe.Optimizer != LocalOptimizer.Sgd)
        {
            throw new InvalidOptionException("model.optimizer", $"{recipe.Optimizer.ToString().ToLowerInvariant()}: {why}. Expected sgd.");
        }

        if (!momentum && recipe.Momentum != 0)
        {
            throw new InvalidOptionException("model.momentum", $"{recipe.Momentum}: {why}. Expected 0.");
        }

        if (recipe.ClipNorm is { } limit)
        {
            throw new InvalidOptionException("model.clip_norm", $"{limit}: {why}, without clipping. Expected null.");
        }
    }
}
