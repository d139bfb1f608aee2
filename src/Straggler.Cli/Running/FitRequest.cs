using System.ComponentModel.DataAnnotations;
using Straggler.Flower;
using Straggler.Training;

namespace Straggler.Cli.Running;

/// <summary>What a server asks of one training: the recipe of the configuration, but for what the task's own configuration says.</summary>
/// <param name="Recipe">How to train.</param>
/// <param name="Algorithm">What the server's strategy asks besides.</param>
/// <param name="Occurrence">Which task of this client it is, from 0; null if the server does not say.</param>
internal sealed record FitRequest(LocalTrainingOptions Recipe, ClientAlgorithm Algorithm, int? Occurrence)
{
    /// <summary>Reads a task's configuration; keys that are not known are passed over.</summary>
    /// <param name="config">The configuration that came with the task.</param>
    /// <param name="recipe">How to train where it says nothing.</param>
    /// <exception cref="FlowerException">It asks for what cannot be.</exception>
    public static FitRequest Read(IReadOnlyDictionary<string, Scalar> config, LocalTrainingOptions recipe)
    {
        int? epochs = Integer(config, "epochs", "local_epochs"), steps = Integer(config, "steps"), batch = Integer(config, "batch_size");
        double? rate = Number(config, "lr", "learning_rate"), proximal = Number(config, "proximal_mu");
        LocalTrainingOptions wanted = recipe with
        {
            Epochs = epochs ?? recipe.Epochs,
            Steps = steps ?? (epochs is null ? recipe.Steps : null),
            BatchSize = batch ?? recipe.BatchSize,
            LearningRate = rate ?? recipe.LearningRate,
        };
        List<ValidationResult> faults = [];
        if (!Validator.TryValidateObject(wanted, new(wanted), faults, validateAllProperties: true) || proximal is < 0 or double.NaN)
        {
            string fault = faults.Count > 0 ? faults[0].ErrorMessage! : $"proximal_mu is {proximal}, expected at least 0";
            throw new FlowerException($"The server asks for a training that cannot be: {fault}.");
        }

        return new(wanted, ClientAlgorithm.Plain with { ProximalCoefficient = proximal ?? 0 }, Integer(config, "occurrence"));
    }

    private static double? Number(IReadOnlyDictionary<string, Scalar> config, params ReadOnlySpan<string> keys) => Given(config, keys)?.Value;

    private static int? Integer(IReadOnlyDictionary<string, Scalar> config, params ReadOnlySpan<string> keys) => Given(config, keys) switch
    {
        null => null,
        (_, double value) when value == Math.Floor(value) && value is >= 0 and <= int.MaxValue => (int)value,
        (string key, double value) => throw new FlowerException($"The server's {key} is {value}. Expected an integer."),
    };

    private static (string Key, double Value)? Given(IReadOnlyDictionary<string, Scalar> config, ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (config.TryGetValue(key, out Scalar value))
            {
                return (key, value.Number ?? throw new FlowerException($"The server's {key} is \"{value}\". Expected a number."));
            }
        }

        return null;
    }
}
