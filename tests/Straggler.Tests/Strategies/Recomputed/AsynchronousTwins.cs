namespace Straggler.Tests.Strategies.Recomputed;

/// <summary>FedAsync, Algorithm 1: x ← (1 − α_t)x + α_t w with α_t = 0.6/√(1 + τ), w = x_{t−τ} + Δ.</summary>
internal sealed class FedAsyncTwin : Twin
{
    public override void Arrive(ScriptedArrival arrival, int staleness)
    {
        double mixing = 0.6 / Math.Sqrt(1 + staleness);
        double[] sent = Versions[Version - staleness];
        Step(i => ((1 - mixing) * Model[i]) + (mixing * (sent[i] + arrival.Delta[i])));
    }
}

/// <summary>A twin that keeps its buffer of K arrivals until it steps.</summary>
internal abstract class BufferedTwin(int size) : Twin
{
    protected List<(ScriptedArrival Arrival, int Staleness)> Buffer { get; } = [];

    public override void Arrive(ScriptedArrival arrival, int staleness)
    {
        Buffer.Add((arrival, staleness));
        if (Buffer.Count == size)
        {
            Flush();
            Buffer.Clear();
        }
    }

    protected abstract void Flush();
}

/// <summary>FedBuff, Algorithm 1: x ← x + η (1/K) Σ Δ/√(1 + τ).</summary>
internal sealed class FedBuffTwin() : BufferedTwin(3)
{
    protected override void Flush() => Step(i => Model[i] + (0.7 / 3 * Buffer.Sum(b => b.Arrival.Delta[i] / Math.Sqrt(1 + b.Staleness))));
}

/// <summary>CA2FL, Algorithm 2: v = h̄ + (1/M) Σ (Δ − h_i), h̄ over all n as before the buffer; h_i ← Δ at each arrival.</summary>
internal sealed class Ca2FlTwin : Twin
{
    private readonly double[][] _last = [.. Enumerable.Range(0, Clients).Select(_ => Zeros())];
    private readonly List<double[]> _residuals = [];
    private double[] _meanBefore = Zeros();

    public override void Arrive(ScriptedArrival arrival, int staleness)
    {
        _residuals.Add(Minus(arrival.Delta, _last[arrival.Client]));
        _last[arrival.Client] = arrival.Delta;
        if (_residuals.Count == 4)
        {
            Step(i => Model[i] + (0.8 * (_meanBefore[i] + (_residuals.Sum(residual => residual[i]) / 4))));
            _meanBefore = [.. Enumerable.Range(0, 3).Select(i => _last.Average(last => last[i]))];
            _residuals.Clear();
        }
    }
}

/// <summary>FADAS, Algorithms 1 and 2, with the rate η/τ_max beyond τ_c = 1.</summary>
internal sealed class FadasTwin() : BufferedTwin(2)
{
    private readonly double[] _m = Zeros(), _v = Zeros(), _largest = Zeros();

    protected override void Flush()
    {
        int staleness = Buffer.Max(b => b.Staleness);
        double rate = staleness <= 1 ? 0.3 : 0.3 / staleness;
        for (int i = 0; i < 3; i++)
        {
            double mean = Buffer.Average(b => b.Arrival.Delta[i]);
            _m[i] = (0.9 * _m[i]) + (0.1 * mean);
            _v[i] = (0.99 * _v[i]) + (0.01 * mean * mean);
            _largest[i] = Math.Max(_largest[i], _v[i]);
        }

        Step(i => Model[i] + (rate * _m[i] / (Math.Sqrt(_largest[i]) + 1e-8)));
    }
}

/// <summary>Port: weights n (α Ω/(τ + Ω) + β (cos(Δ, x_t − x_{t−τ}) + 1)/2), divided by their sum; α = 2, β = 3, Ω = 4.</summary>
internal sealed class PortTwin() : BufferedTwin(3)
{
    protected override void Flush()
    {
        double[] weights = [.. Buffer.Select(b => (b.Arrival.Client + 1) * ((2 * 4.0 / (b.Staleness + 4)) + (3 * (Cosine(b.Arrival.Delta, b.Way) + 1) / 2)))];
        Step(i => Model[i] + (Buffer.Zip(weights, (b, weight) => weight * b.Arrival.Delta[i]).Sum() / weights.Sum()));
    }

    /// <summary>The model stands still while the buffer fills, so the staleness counts from the same version as at arrival.</summary>
    private new IEnumerable<(ScriptedArrival Arrival, int Staleness, double[] Way)> Buffer =>
        base.Buffer.Select(b => (b.Arrival, b.Staleness, Minus(Model, Versions[Version - b.Staleness])));

    private static double Cosine(double[] a, double[] b) => Norm(a) * Norm(b) > 0 ? Dot(a, b) / (Norm(a) * Norm(b)) : 1;
}

/// <summary>TrustWeight as its page states it, all options in use: nothing is streamed.</summary>
internal sealed class TrustWeightTwin() : BufferedTwin(3)
{
    private double[] _momentum = Zeros();

    protected override void Flush()
    {
        double[] weights = [.. Buffer.Select(b => (b.Arrival.Client + 1) * Math.Exp((-0.2 * b.Staleness)
            + (0.5 * b.Arrival.LossDrop) + (0.3 * Norm(b.Arrival.Delta)) + (0.4 * Cosine(b.Arrival.Delta))))];
        double[] direction = Zeros();
        foreach (((ScriptedArrival arrival, int staleness), double weight) in Buffer.Zip(weights))
        {
            double along = Dot(_momentum, _momentum) > 0 ? Dot(arrival.Delta, _momentum) / Dot(_momentum, _momentum) : 0;
            double kept = 1 / (1 + (0.1 * staleness) + (0.25 * Norm(arrival.Delta)));
            for (int i = 0; i < 3; i++)
            {
                double projection = along * _momentum[i];
                direction[i] += weight / weights.Sum() * (projection + (kept * (arrival.Delta[i] - projection)));
            }
        }

        Step(i => Model[i] + (0.9 * direction[i]));
        _momentum = [.. _momentum.Zip(direction, (m, d) => (0.4 * m) + (0.6 * d))];
    }

    private double Cosine(double[] delta) => Norm(_momentum) > 0 ? Dot(delta, _momentum) / (Norm(delta) * Norm(_momentum)) : 0;
}

/// <summary>Malenia: means of each client's fresh deltas, once ((1/n) Σ 1/B_i)⁻¹ ≥ S/n with S = 7.</summary>
internal sealed class MaleniaTwin : Twin
{
    private readonly List<double[]>[] _of = [.. Enumerable.Range(0, Clients).Select(_ => new List<double[]>())];

    public override bool Admits(int staleness) => staleness == 0;

    public override void Arrive(ScriptedArrival arrival, int staleness)
    {
        _of[arrival.Client].Add(arrival.Delta);
        if (_of.All(deltas => deltas.Count > 0) && Clients / _of.Sum(deltas => 1.0 / deltas.Count) >= 7.0 / Clients)
        {
            Step(i => Model[i] + _of.Average(deltas => deltas.Average(delta => delta[i])));
            Array.ForEach(_of, deltas => deltas.Clear());
        }
    }
}

/// <summary>ACED: the mean of the remembered deltas whose model was sent at most 4 versions ago.</summary>
internal sealed class AcedTwin : Twin
{
    private readonly Dictionary<int, (double[] Delta, int Sent)> _last = [];

    public override bool Admits(int staleness) => staleness <= 4;

    public override void Arrive(ScriptedArrival arrival, int staleness)
    {
        _last[arrival.Client] = (arrival.Delta, Version - staleness);
        StepWithTheActive();
    }

    public override void Refuse(int staleness) => StepWithTheActive();

    private void StepWithTheActive()
    {
        double[][] active = [.. _last.Values.Where(last => Version - last.Sent <= 4).Select(last => last.Delta)];
        if (active.Length > 0)
        {
            Step(i => Model[i] + (0.3 * active.Average(delta => delta[i])));
        }
    }
}

/// <summary>AREA: after 2 arrivals x is the mean of the last models of all n clients, those not heard of having the initial one.</summary>
internal sealed class AreaTwin() : BufferedTwin(2)
{
    private readonly Dictionary<int, double[]> _models = [];

    public override void Arrive(ScriptedArrival arrival, int staleness)
    {
        double[] sent = Versions[Version - staleness];
        _models[arrival.Client] = [.. sent.Zip(arrival.Delta, (x, d) => x + d)];
        base.Arrive(arrival, staleness);
    }

    protected override void Flush() =>
        Step(i => Enumerable.Range(0, Clients).Average(client => _models.TryGetValue(client, out double[]? model) ? model[i] : Versions[0][i]));
}

/// <summary>AsyncFedED: γ = ‖x_t − x_{t−τ}‖/‖Δ‖, x ← x + λ/(γ + ε) Δ.</summary>
internal sealed class AsyncFedEdTwin : Twin
{
    public override void Arrive(ScriptedArrival arrival, int staleness)
    {
        double gamma = Norm(Minus(Model, Versions[Version - staleness])) / Norm(arrival.Delta);
        Step(i => Model[i] + (0.5 / (gamma + 0.7) * arrival.Delta[i]));
    }
}

/// <summary>Delay-adaptive asynchronous SGD: x ← x + η min(1, τ_C/τ) Δ, τ_C = 2.</summary>
internal sealed class DelayAdaptiveTwin : Twin
{
    public override void Arrive(ScriptedArrival arrival, int staleness) =>
        Step(i => Model[i] + (0.6 * (staleness <= 2 ? 1 : 2.0 / staleness) * arrival.Delta[i]));
}

/// <summary>Ringmaster, Algorithm 4: what is R = 3 versions old or older is discarded, and is no step.</summary>
internal sealed class RingmasterTwin : Twin
{
    public override bool Admits(int staleness) => staleness < 3;

    public override void Arrive(ScriptedArrival arrival, int staleness) => Step(i => Model[i] + (0.4 * arrival.Delta[i]));
}

/// <summary>DynStale as its page states it: λ from the staleness of the arrivals before, the cosine with their moving average.</summary>
internal sealed class DynStaleTwin : Twin
{
    private readonly List<int> _before = [];
    private double[] _reference = Zeros();
    private double _lambda = 0.1;

    public override void Arrive(ScriptedArrival arrival, int staleness)
    {
        // The 0.75-quantile by linear interpolation; with a script of fewer than 100 arrivals the window holds them all.
        double[] sorted = [.. _before.Order().Select(value => (double)value)];
        double place = 0.75 * (sorted.Length - 1);
        double quantile = sorted.Length == 0 ? 0 : sorted[(int)place] + ((place - (int)place) * (sorted[(int)Math.Ceiling(place)] - sorted[(int)place]));
        _lambda = quantile > 0 ? Math.Log(2) / quantile : _lambda;
        double cosine = Norm(_reference) > 0 ? Dot(arrival.Delta, _reference) / (Norm(arrival.Delta) * Norm(_reference)) : 1;
        double weight = Math.Exp(-_lambda * staleness) * Math.Max(0, cosine);
        double[] sent = Versions[Version - staleness];
        Step(i => ((1 - weight) * Model[i]) + (weight * (sent[i] + arrival.Delta[i])));
        _before.Add(staleness);
        _reference = [.. _reference.Zip(arrival.Delta, (r, d) => (0.9 * r) + (0.1 * d))];
    }
}
