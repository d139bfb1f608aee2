using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Simulation;
using Straggler.Strategies;

namespace Straggler.Aggregation;

/// <summary>Gaussian noise on sums of clipped deltas, so that a model tells little of any one client.</summary>
/// <remarks>
/// The mechanism of DP-FedAvg (B. McMahan et al., ICLR 2018, arXiv 1710.06963, algorithm 1) on buffers: each sum Σ s_i Δ_i with ‖Δ_i‖ ≤ S
/// receives N(0, (z·S·max s_i)²) in every trained parameter before it is divided and stepped along. The weights s_i and the divisor must
/// come from metadata (samples, staleness, steps), which count as public: a strategy whose weights depend on what an update says has to
/// refuse the noise (<see cref="RequireNone(StrategyServices, string, string)"/>). The k-th sum of a run uses the k-th occurrence of the stream <c>aggregation.noise</c>. What each client has given
/// away stands in the run's ledger.
/// </remarks>
internal sealed class SumNoise : IStateful
{
    private static readonly StreamPurpose _purpose = new("aggregation.noise");
    private readonly StrategyServices _services;
    private readonly double _scale;
    private readonly Dictionary<int, double> _weights = [];
    private double _largestWeight;
    private int _sums;

    /// <summary>Reads the options.</summary>
    /// <exception cref="InvalidOptionException">The model has statistics that would be published without noise.</exception>
    public SumNoise(StrategyServices services)
    {
        _services = services;
        _scale = services.Aggregation.NoiseMultiplier * (services.Aggregation.ClipNorm ?? 0);
        if (_scale > 0 && services.TrainableCount < services.ParameterCount)
        {
            throw new InvalidOptionException("aggregation.noise_multiplier",
                "the model's batch normalisation carries statistics of the clients' data that are neither clipped nor noised. "
                + "Expected a model without them, such as one with norm: group");
        }
    }

    /// <summary>For strategies that remember what clients sent and use it again.</summary>
    /// <param name="services">The run.</param>
    /// <param name="strategy">Which strategy.</param>
    /// <exception cref="InvalidOptionException">Noise is asked for.</exception>
    public static void RequireNone(StrategyServices services, string strategy) => RequireNone(services,
        $"{strategy} remembers clients' updates and uses them again without noise, so no noise on a step would account for them",
        "0, or a strategy without such a memory, such as fedavg or fedbuff");

    /// <summary>For strategies that let more be known of their clients than the sums that noise goes onto.</summary>
    /// <param name="services">The run.</param>
    /// <param name="why">What they let be known, as a sentence.</param>
    /// <param name="allowed">What is possible instead.</param>
    /// <exception cref="InvalidOptionException">Noise is asked for.</exception>
    public static void RequireNone(StrategyServices services, string why, string allowed)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Aggregation.NoiseMultiplier > 0)
        {
            throw new InvalidOptionException("aggregation.noise_multiplier", $"{why}. Expected {allowed}");
        }
    }

    /// <summary>An update goes into the sum.</summary>
    public void Add(int client, double weight)
    {
        if (_scale > 0)
        {
            _weights[client] = _weights.GetValueOrDefault(client) + Math.Abs(weight);
            _largestWeight = Math.Max(_largestWeight, Math.Abs(weight));
        }
    }

    /// <summary>Adds noise to the sum, which is about to be published.</summary>
    /// <exception cref="InvalidOperationException">The strategy has filled the sum past <see cref="Add"/>, so its bound is not known.</exception>
    public void Apply(Span<float> sum)
    {
        if (_scale > 0 && _largestWeight == 0 && sum.ContainsAnyExcept(0f))
        {
            throw new InvalidOperationException("A sum of deltas is to be published of which no weight is known, so no noise can be scaled to it.");
        }

        if (_largestWeight > 0)
        {
            RandomStream random = _services.Streams.Open(_purpose, 0, _sums++);
            double deviation = _scale * _largestWeight;
            foreach (ref float value in sum)
            {
                value += (float)(deviation * random.NextGaussian());
            }

            _services.Privacy.Add(_weights, _largestWeight);
        }
    }

    /// <summary>The sum starts anew.</summary>
    public void Clear()
    {
        _weights.Clear();
        _largestWeight = 0;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write(_sums);
        writer.Write(_largestWeight);
        writer.Write<int>([.. _weights.Keys]);
        writer.Write<double>([.. _weights.Values]);
        writer.Write("ledger", _services.Privacy);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _sums = reader.ReadInt32();
        _largestWeight = reader.ReadDouble();
        _weights.Clear();
        int[] clients = reader.ReadArray<int>();
        double[] weights = reader.ReadArray<double>();
        foreach ((int client, double weight) in clients.Zip(weights))
        {
            _weights.Add(client, weight);
        }

        reader.Read("ledger", _services.Privacy);
    }
}
