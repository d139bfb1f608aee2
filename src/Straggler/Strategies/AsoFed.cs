using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="AsoFed"/>.</summary>
public sealed record AsoFedOptions
{
    /// <summary>β, how much of its direction a client keeps from task to task; 0 for no correction. The default is our choice.</summary>
    [Range(0.0, 1.0)]
    public double Beta { get; init; } = 0.001;

    /// <summary>λ of the clients' proximal term λ/2‖w − x‖²; the default is our choice.</summary>
    [Range(0.0, 1e6)]
    [ConfigKey("proximal", Aliases = ["lambda"])]
    public double Proximal { get; init; } = 0.01;

    /// <summary>Whether clients whose tasks take long make larger steps: r = max(1, ln of the mean duration).</summary>
    public bool DynamicLr { get; init; } = true;

    /// <summary>Server learning rate; 1 is the algorithm.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 1;
}

/// <summary>ASO-Fed: x ← x + (n_i/N)Δ_i at every arrival; clients step by r·(∇s − v_i + h_i), h_i being a decaying mean of their gradients.</summary>
/// <remarks>
/// <para>Source: Y. Chen, Y. Ning, M. Slawski, H. Rangwala, "Asynchronous online federated learning for edge devices with non-IID data",
/// IEEE BigData 2020, arXiv 1911.02134. ∇s is the gradient of f_i(w) + λ/2‖w − x‖²; v_i is the client's previous one; afterwards
/// h_i ← βh_i + (1 − β)∇s and v_i ← ∇s, both 0 at first; r = max(1, ln d), d being the mean duration of the client's tasks so far.</para>
/// <para>Deviations. Neither the paper's text nor its authors' code could be had when this was written: the rule follows secondary
/// descriptions and public code that names the algorithm's lines; docs/strategies/asofed.md says what is uncertain. A task has several
/// steps here: h_i − v_i stands still during a task, and ∇s is the mean over its steps, read out of what comes back (plain SGD only). Data
/// do not grow, so n_i/N is constant. The server's re-scaling of the first layer ("feature learning") is left out.</para>
/// <para>Memory: two vectors for each client heard of, see <see cref="ClientVectors"/>, and the correction of each client in flight.
/// BatchNorm's buffers move like the parameters and have no correction.</para>
/// </remarks>
public sealed class AsoFed : IServerStrategy
{
    private readonly AsoFedOptions _options;
    private readonly StrategyServices _services;
    private readonly ClientVectors _directions;
    private readonly ClientVectors _gradients;
    private readonly int[] _tasks;
    private readonly double[] _seconds;

    /// <summary>Nobody was heard of yet.</summary>
    /// <exception cref="InvalidOptionException">The clients' recipe is not plain SGD.</exception>
    public AsoFed(AsoFedOptions options, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        LocalRecipe.RequireSgd(services.Local, "asofed");
        _options = options;
        _services = services;
        _directions = new(services.ClientCount, services.TrainableCount);
        _gradients = new(services.ClientCount, services.TrainableCount);
        _tasks = new int[services.ClientCount];
        _seconds = new double[services.ClientCount];
    }

    /// <inheritdoc/>
    public bool SendsVectors => true;

    /// <inheritdoc/>
    public ClientAlgorithm Instruct(in Dispatch dispatch, ServerModel model) => new()
    {
        ProximalCoefficient = _options.Proximal,
        Correction = CorrectionOf(dispatch.Client),
        LearningRateScale = RateScaleOf(dispatch.Client),
    };

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _tasks[arrival.Client]++;
        _seconds[arrival.Client] += (arrival.Arrived - arrival.Dispatched).Seconds;
        if (update.Outcome.GradientSteps > 0)
        {
            Remember(arrival.Client, update);
        }

        double weight = _options.ServerLearningRate * _services.ShareOf(arrival.Client);
        using ServerStep step = model.BeginStep();
        FlatVector.AddDelta(step.Current, update.Local, update.Base, (float)weight, step.Next);
        return weight;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("directions", _directions);
        writer.Write("gradients", _gradients);
        writer.Write<int>(_tasks);
        writer.Write<double>(_seconds);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("directions", _directions);
        reader.Read("gradients", _gradients);
        reader.ReadInto<int>(_tasks);
        reader.ReadInto<double>(_seconds);
    }

    /// <summary>∇s = (x − w)/(steps · lr · r) − correction; then h ← βh + (1 − β)∇s and v ← ∇s.</summary>
    private void Remember(int client, in ClientUpdate update)
    {
        double rate = _services.Local.LearningRate * update.Algorithm.LearningRateScale * update.Outcome.GradientSteps;
        Span<float> gradient = _gradients.Of(client), direction = _directions.Of(client);
        TensorPrimitives.Subtract(update.Base[..gradient.Length], update.Local[..gradient.Length], gradient);
        TensorPrimitives.Multiply(gradient, (float)(1 / rate), gradient);
        if (!update.Algorithm.Correction.IsEmpty)
        {
            TensorPrimitives.Subtract(gradient, update.Algorithm.Correction.Span, gradient);
        }

        FlatVector.Mix(direction, gradient, (float)(1 - _options.Beta), direction);
    }

    /// <summary>h − v; a vector of its own, since it must not change afterwards. Nothing for who was not heard of.</summary>
    private float[] CorrectionOf(int client)
    {
        if (!_gradients.Has(client) || _options.Beta == 0)
        {
            return [];
        }

        float[] correction = [.. _directions.Of(client)];
        TensorPrimitives.Subtract(correction, _gradients.Of(client), correction);
        return correction;
    }

    private double RateScaleOf(int client) =>
        _options.DynamicLr && _tasks[client] > 0 ? Math.Max(1, Math.Log(_seconds[client] / _tasks[client])) : 1;
}
