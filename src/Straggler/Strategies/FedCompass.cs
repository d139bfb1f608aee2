using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Staleness;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="FedCompass"/>; the defaults are those of the authors' example.</summary>
public sealed record FedCompassOptions : IValidatableObject
{
    /// <summary>Q_min, the fewest local steps of a task.</summary>
    [Range(1, 1_000_000)]
    [ConfigKey("min_steps", Aliases = ["q_min", "min_local_steps"])]
    public int MinSteps { get; init; } = 20;

    /// <summary>Q_max, the most local steps of a task, and those of every first task.</summary>
    [Range(1, 1_000_000)]
    [ConfigKey("max_steps", Aliases = ["q_max", "max_local_steps"])]
    public int MaxSteps { get; init; } = 100;

    /// <summary>How much of a client's speed is its last task's.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double SpeedMomentum { get; init; } = 0.9;

    /// <summary>λ: a group goes ahead without those who take more than λ times as long as expected.</summary>
    [Range(1.0, 1e6)]
    [ConfigKey("latest_factor", Aliases = ["latest_time_factor"])]
    public double LatestFactor { get; init; } = 1.5;

    /// <summary>Server learning rate α.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["alpha", "eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 0.9;

    /// <summary>s(τ); the authors' polynomial with a = 0.5.</summary>
    [ConfigKey("staleness", Aliases = ["staleness_fn"])]
    public Choice<IStalenessWeight> Staleness { get; init; } = BuiltIns.StalenessWeights.Choose("polynomial");

    /// <summary>p_i: 1/n as in the authors' example, or the client's share of all samples.</summary>
    public ClientWeighting Weighting { get; init; } = ClientWeighting.Uniform;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MinSteps > MaxSteps)
        {
            yield return new($"min_steps: {MinSteps} is more than max_steps: {MaxSteps}", [nameof(MinSteps)]);
        }
    }
}

/// <summary>FedCompass: clients get as many local steps as let groups of them arrive together; a group steps x ← x + α Σ s(τ_i) p_i Δ_i.</summary>
/// <remarks>
/// <para>A client's first task has Q_max steps, and its update is a step by itself. From then on its speed is known: it joins the group that
/// leaves it the most steps between Q_min and Q_max, or opens a group. A group steps when all its clients have come, or λ times the expected
/// time after it began with those who have. Clients wait until their group steps; whoever comes too late leaves again at once, and its update is
/// kept for the next group's step. τ counts until the step.</para>
/// <para>Source: Z. Li et al., "FedCompass: efficient cross-silo federated learning on heterogeneous client devices using a computing power-aware
/// scheduler", ICLR 2024, arXiv 2309.14675, Algorithms 1 and 2, and the authors' code in APPFL. All n clients take part: scheduler
/// <c>everyone</c>, without which groups would wait for clients that are not sent. As with the authors, a late update is not used if an older late
/// one would be kept beside it, or if its client has come in time to the very group that would take it along: the newer one takes its place.</para>
/// <para>Memory: a vector for each client that waited for its group so far (<see cref="ClientVectors"/>), because τ is not known before, and
/// one for each that was late so far. BatchNorm's running statistics move like the parameters.</para>
/// </remarks>
public sealed class FedCompass : IServerStrategy
{
    private readonly FedCompassOptions _options;
    private readonly StrategyServices _services;
    private readonly IStalenessWeight _staleness;
    private readonly CompassGroups _groups;
    private readonly DeltaBuffer _sum;
    private readonly ClientVectors _deltas;
    private readonly ClientVectors _lateDeltas;
    private readonly long[] _baseVersions;
    private readonly long[] _lateBaseVersions;
    private readonly int[] _planned;
    private readonly float[] _origin;
    private readonly SortedSet<int> _late = [];

    /// <summary>Nobody has a group.</summary>
    public FedCompass(FedCompassOptions options, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        _options = options;
        _services = services;
        _staleness = options.Staleness.Create();
        _groups = new(options, services.ClientCount);
        _sum = new(services);
        _deltas = new(services.ClientCount, services.ParameterCount);
        _lateDeltas = new(services.ClientCount, services.ParameterCount);
        _baseVersions = new long[services.ClientCount];
        _lateBaseVersions = new long[services.ClientCount];
        _planned = new int[services.ClientCount];
        _origin = new float[services.ParameterCount];
    }

    /// <inheritdoc/>
    public string OwnScheduler => "everyone";

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <inheritdoc/>
    public VirtualTime Deadline => _groups.Deadline;

    /// <inheritdoc/>
    public bool HoldsClients => true;

    /// <inheritdoc/>
    public bool Holds(int client) => _groups.Waits(client);

    /// <inheritdoc/>
    public ClientAlgorithm Instruct(in Dispatch dispatch, ServerModel model)
    {
        int steps = _planned[dispatch.Client] > 0 ? _planned[dispatch.Client] : _groups.Assign(dispatch.Client, dispatch.Dispatched);
        _planned[dispatch.Client] = 0;
        return new() { Steps = steps };
    }

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        int client = arrival.Client;
        _groups.Measure(client, update.Algorithm.Steps ?? update.Outcome.GradientSteps, arrival.Arrived - arrival.Dispatched);
        TensorPrimitives.Subtract(update.Local, update.Base, _deltas.Of(client));
        _baseVersions[client] = arrival.BaseVersion;
        if (!_groups.HasGroup(client))
        {
            Add(_deltas, _baseVersions, client, model);
            Step([client], arrival.Arrived, model);
        }
        else
        {
            bool inTime = _groups.Leave(client, counts: true, arrival.Arrived, out IReadOnlyList<int> complete);
            if (!inTime)
            {
                KeepLate(client);
            }

            StepTogether(complete, arrival.Arrived, model);
        }

        return ShareOf(client) * _staleness.Weight(arrival.Staleness);
    }

    /// <inheritdoc/>
    public void OnLost(in Arrival arrival, ServerModel model) => OnRefused(arrival, model);

    /// <summary>A client without an update leaves its group.</summary>
    public void OnRefused(in Arrival arrival, ServerModel model)
    {
        if (_groups.HasGroup(arrival.Client))
        {
            _groups.Leave(arrival.Client, counts: false, arrival.Arrived, out IReadOnlyList<int> complete);
            StepTogether(complete, arrival.Arrived, model);
        }
    }

    /// <inheritdoc/>
    public void OnDeadline(ServerModel model)
    {
        VirtualTime now = _groups.Deadline;
        StepTogether(_groups.GoAhead(), now, model);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("groups", _groups);
        writer.Write("sum", _sum);
        writer.Write("deltas", _deltas);
        writer.Write("late", _lateDeltas);
        writer.Write<long>(_baseVersions);
        writer.Write<long>(_lateBaseVersions);
        writer.Write<int>(_planned);
        writer.Write<int>([.. _late]);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("groups", _groups);
        reader.Read("sum", _sum);
        reader.Read("deltas", _deltas);
        reader.Read("late", _lateDeltas);
        reader.ReadInto<long>(_baseVersions);
        reader.ReadInto<long>(_lateBaseVersions);
        reader.ReadInto<int>(_planned);
        _late.Clear();
        _late.UnionWith(reader.ReadArray<int>(_planned.Length));
    }

    /// <summary>A group that is complete steps, together with those who came too late for theirs.</summary>
    private void StepTogether(IReadOnlyList<int> group, VirtualTime now, ServerModel model)
    {
        if (group.Count > 0)
        {
            foreach (int client in group.Order())
            {
                Add(_deltas, _baseVersions, client, model);
            }

            foreach (int client in _late.Except(group))
            {
                Add(_lateDeltas, _lateBaseVersions, client, model);
            }

            _late.Clear();
            Step(group, now, model);
        }
    }

    /// <summary>A late update waits apart: its client may come in time to another group before anything takes it along.</summary>
    private void KeepLate(int client)
    {
        _deltas.Of(client).CopyTo(_lateDeltas.Of(client));
        _lateBaseVersions[client] = _baseVersions[client];
        _late.Add(client);
    }

    private void Add(ClientVectors deltas, long[] baseVersions, int client, ServerModel model)
    {
        double weight = ShareOf(client) * _staleness.Weight(model.Version - baseVersions[client]);
        _sum.Add(new(_origin, deltas.Of(client), client: client), weight);
    }

    /// <summary>A server step by the updates that were added; the clients that waited for it get groups anew, the fastest first.</summary>
    private void Step(IReadOnlyList<int> waiting, VirtualTime now, ServerModel model)
    {
        _sum.Step(model, 1, _options.ServerLearningRate);
        foreach (int client in waiting.OrderBy(_groups.SecondsPerStep).ThenBy(client => client).Where(client => !_groups.HasGroup(client)))
        {
            _planned[client] = _groups.Assign(client, now);
        }
    }

    private double ShareOf(int client) =>
        _options.Weighting == ClientWeighting.Samples ? _services.ShareOf(client) : 1.0 / _services.ClientCount;
}
