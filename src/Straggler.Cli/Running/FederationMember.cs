using Straggler.Arrays;
using Straggler.Configuration;
using Straggler.Experiments;
using Straggler.Flower;
using Straggler.Flower.Client;
using Straggler.Flower.Models;
using Straggler.Flower.Server;
using Straggler.Lab.Running;
using Straggler.Simulation;
using Straggler.Torch.Models;
using Straggler.Torch.Training;
using Straggler.Training;

namespace Straggler.Cli.Running;

/// <summary>One client of an experiment, with its share of the data, that takes part in a live federation.</summary>
/// <remarks>It trains as the simulation's client of the same number does, with the same batches: task for task, the same bits.</remarks>
internal sealed class FederationMember : IFlowerClient, IDisposable
{
    private readonly ExperimentPlan _plan;
    private readonly DealtData _data;
    private readonly int _client;
    private readonly TimeProvider _clock;
    private readonly Action<string> _log;
    private TorchProblem _problem;
    private IClientLearner _learner;
    private int _tasks;

    /// <summary>Sets it up.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="data">Its data, dealt out.</param>
    /// <param name="client">Which client, from 0.</param>
    /// <param name="clock">Measures the trainings.</param>
    /// <param name="log">Told of each task.</param>
    public FederationMember(ExperimentPlan plan, DealtData data, int client, TimeProvider clock, Action<string> log)
    {
        _plan = plan;
        _data = data with { Dataset = data.Dataset.WithTest(data.Clients[client].Test) };
        _client = client;
        _clock = clock;
        _log = log;
        _problem = CreateProblem(plan.Model.Local);
        _learner = _problem.CreateLearner();
        Layout = WireLayout.Of(_problem.Layout);
    }

    /// <summary>The model as it travels.</summary>
    public WireLayout Layout { get; }

    private int Samples => _data.Clients[_client].Train.Length;

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, Scalar>?> GetPropertiesAsync(
        IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, Scalar>?>(new Dictionary<string, Scalar>
        {
            ["client"] = (long)_client,
            ["dataset"] = _data.Dataset.Name,
            ["model"] = _plan.Model.Architecture.Name,
            ["train_samples"] = (long)Samples,
            ["test_samples"] = (long)_problem.TestLabels.Count,
        });

    /// <inheritdoc/>
    public Task<WireModel?> GetParametersAsync(IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
    {
        float[] initial = new float[_problem.Layout.Length];
        _problem.Initialize(initial);
        return Task.FromResult<WireModel?>(Write(initial));
    }

    /// <inheritdoc/>
    public Task<FitReport> FitAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.Run(() => Fit(model, config, cancellation), cancellation);

    /// <inheritdoc/>
    public Task<EvaluateResult?> EvaluateAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.Run(() => Evaluate(model), cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _learner.Dispose();
        _problem.Dispose();
    }

    private FitReport Fit(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
    {
        FitRequest request = FitRequest.Read(config, _plan.Model.Local);
        Adopt(request.Recipe);
        float[] dispatched = Read(model), local = new float[dispatched.Length];
        int occurrence = request.Occurrence ?? _tasks;
        long started = _clock.GetTimestamp();
        LocalOutcome outcome = _learner.Train(new(_client, occurrence, request.Algorithm), dispatched, local, cancellation);
        TimeSpan took = _clock.GetElapsedTime(started);
        _tasks = occurrence + 1;
        _log($"task {_tasks}: trained on {Samples} samples, loss {outcome.MeanLoss:0.0000}");
        return new(Write(local), Samples, new Dictionary<string, Scalar>
        {
            ["train_loss"] = outcome.MeanLoss,
            ["train_seconds"] = took.TotalSeconds,
            ["gradient_steps"] = (long)outcome.GradientSteps,
            ["loss_drop"] = outcome.LossDrop,
            ["rms_loss"] = outcome.RootMeanSquareLoss,
        });
    }

    /// <summary>The mean loss and the accuracy on the client's own test samples; null if it has none.</summary>
    private EvaluateResult? Evaluate(WireModel model)
    {
        int[] predictions = new int[_problem.TestLabels.Count];
        if (predictions.Length == 0)
        {
            return null;
        }

        double loss = _learner.Evaluate(Read(model), 0, predictions) / predictions.Length;
        double accuracy = (double)predictions.Where((predicted, sample) => predicted == _problem.TestLabels[sample]).Count() / predictions.Length;
        _log($"evaluated on {predictions.Length} samples, loss {loss:0.0000}, accuracy {accuracy:0.0000}");
        return new(loss, predictions.Length, new Dictionary<string, Scalar> { ["accuracy"] = accuracy });
    }

    private void Adopt(LocalTrainingOptions recipe)
    {
        if (recipe != _problem.Training)
        {
            Dispose();
            _problem = CreateProblem(recipe);
            _learner = _problem.CreateLearner();
        }
    }

    private TorchProblem CreateProblem(LocalTrainingOptions recipe) => new(
        _data.Dataset,
        _data.Clients,
        (Choice<ModelFactory>)_plan.Model.Architecture,
        recipe,
        new RandomStreams(_plan.Seed),
        _plan.Partition.FeatureNoise)
    {
        OperatorThreads = _plan.OperatorThreads,
    };

    private float[] Read(WireModel model)
    {
        float[] canonical = new float[_problem.Layout.Length], parameters = new float[canonical.Length];
        try
        {
            Layout.Read(model, canonical);
        }
        catch (FlowerException fault)
        {
            throw new FlowerException($"The server's model is not {_plan.Model.Architecture.Name} on {_data.Dataset.Name}: {fault.Message}.", fault);
        }

        _problem.FromCanonical(canonical, parameters);
        return parameters;
    }

    private WireModel Write(float[] parameters)
    {
        float[] canonical = new float[parameters.Length];
        _problem.ToCanonical(parameters, canonical);
        return Layout.Write(canonical);
    }
}
