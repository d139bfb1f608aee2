using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Straggler.Flower;
using Straggler.Training;

namespace Straggler.Cli.Running;

/// <summary>What a server asks of one training: the recipe of the configuration, but for what the task's own configuration says.</summary>
/// <param name="Recipe">How to train.</param>
/// <param name="Algorithm">What the server's strategy asks besides.</param>
/// <param name="Occurrence">Which task of this client it is, from 0; null if the server does not say.</param>
internal sealed record FitRequest(LocalTrainingOptions Recipe, ClientAlgorithm Algorithm, int? Occurrence)
{
    private static readonly RangeAttribute _epochs = RangeOf(nameof(LocalTrainingOptions.Epochs)), _steps = RangeOf(nameof(LocalTrainingOptions.Steps)),
        _batchSize = RangeOf(nameof(LocalTrainingOptions.BatchSize)), _learningRate = RangeOf(nameof(LocalTrainingOptions.LearningRate)),
        _proximal = new(0.0, double.MaxValue), _occurrence = new(0, int.MaxValue);

    /// <summary>Reads a task's configuration; keys that are not known are passed over.</summary>
    /// <param name="config">The configuration that came with the task.</param>
    /// <param name="recipe">How to train where it says nothing.</param>
    /// <exception cref="FlowerException">It asks for what cannot be.</exception>
    public static FitRequest Read(IReadOnlyDictionary<string, Scalar> config, LocalTrainingOptions recipe)
    {
        int? epochs = (int?)Given(config, _epochs, "epochs", "local_epochs"), steps = (int?)Given(config, _steps, "steps");
        return new(
            recipe with
            {
                Epochs = epochs ?? recipe.Epochs,
                Steps = steps ?? (epochs is null ? recipe.Steps : null),
                BatchSize = (int?)Given(config, _batchSize, "batch_size") ?? recipe.BatchSize,
                LearningRate = Given(config, _learningRate, "lr", "learning_rate") ?? recipe.LearningRate,
            },
            ClientAlgorithm.Plain with { ProximalCoefficient = Given(config, _proximal, "proximal_mu") ?? 0 },
            (int?)Given(config, _occurrence, "occurrence"));
    }

    private static RangeAttribute RangeOf(string option) => typeof(LocalTrainingOptions).GetProperty(option)!.GetCustomAttribute<RangeAttribute>()!;

    /// <summary>The value of the first key that is there; null if none is.</summary>
    private static double? Given(IReadOnlyDictionary<string, Scalar> config, RangeAttribute range, params ReadOnlySpan<string> keys)
    {
        bool whole = range.OperandType == typeof(int);
        double least = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture), most = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        foreach (string key in keys)
        {
            if (config.TryGetValue(key, out Scalar told))
            {
                return told.Number is { } value && (range.MinimumIsExclusive ? value > least : value >= least) && value <= most && (!whole || value == Math.Floor(value))
                    ? value
                    : throw new FlowerException(string.Create(CultureInfo.InvariantCulture,
                        $"The server's {key} is {Show(told)}. Expected {(whole ? "an integer" : "a number")} {(range.MinimumIsExclusive ? ">" : ">=")} {least}{(most is int.MaxValue or double.MaxValue ? "" : $" and <= {most}")}."));
            }
        }

        return null;
    }

    private static string Show(Scalar told) => told.Number is { } number ? number.ToString("R", CultureInfo.InvariantCulture) : $"\"{told}\"";
}
