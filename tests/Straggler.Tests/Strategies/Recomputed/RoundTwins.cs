namespace Straggler.Tests.Strategies.Recomputed;

/// <summary>One client's part in a scripted round.</summary>
/// <param name="Client">Who; its samples are one more.</param>
/// <param name="Delta">w − what it started from.</param>
/// <param name="Steps">Its local steps.</param>
public sealed record ScriptedPart(int Client, double[] Delta, int Steps);

/// <summary>A server in rounds, written down from a paper's formula alone.</summary>
internal abstract class RoundTwin
{
    protected const int Clients = Twin.Clients;

    public double[] Model { get; protected set; } = [0.5, -1, 2];

    protected static double Samples(int client) => client + 1;

    /// <summary>What a client adds to its gradients, where the paper has such a term.</summary>
    public virtual double[]? Correction(int client) => null;

    /// <summary>What a client starts from; the server's model unless the paper says otherwise.</summary>
    public virtual double[] Start(int client) => Model;

    /// <summary>A round's clients, each once, have answered; there may be none.</summary>
    public abstract void Round(IReadOnlyList<ScriptedPart> parts, int group);

    protected static double[] Each(Func<int, double> value) => [value(0), value(1), value(2)];

    protected static double[][] ZerosForAll() => [.. Enumerable.Range(0, Clients).Select(_ => new double[3])];
}

/// <summary>SCAFFOLD, Algorithm 1, option II, steps of rate 0.1: x += η_g mean Δ, c += (|S|/n) mean(c⁺ − c_i).</summary>
internal sealed class ScaffoldTwin : RoundTwin
{
    private readonly double[][] _own = ZerosForAll();
    private double[] _control = new double[3];

    public override double[] Correction(int client) => Each(i => _control[i] - _own[client][i]);

    public override void Round(IReadOnlyList<ScriptedPart> parts, int group)
    {
        if (parts.Count == 0)
        {
            return;
        }

        double[][] renewed = [.. parts.Select(part => Each(i => _own[part.Client][i] - _control[i] - (part.Delta[i] / (part.Steps * 0.1))))];
        double[] change = Each(i => parts.Zip(renewed, (part, plus) => plus[i] - _own[part.Client][i]).Average());
        Model = Each(i => Model[i] + (0.8 * parts.Average(part => part.Delta[i])));
        _control = Each(i => _control[i] + ((double)parts.Count / Clients * change[i]));
        foreach ((ScriptedPart part, double[] plus) in parts.Zip(renewed))
        {
            _own[part.Client] = plus;
        }
    }
}

/// <summary>FedDyn, Algorithm 1, with the paper's own λ_k and h, α = 0.3: clients add −λ_k to their gradients.</summary>
internal sealed class FedDynTwin : RoundTwin
{
    private const double Alpha = 0.3;
    private readonly double[][] _lambda = ZerosForAll();
    private double[] _h = new double[3];

    public override double[] Correction(int client) => Each(i => -_lambda[client][i]);

    public override void Round(IReadOnlyList<ScriptedPart> parts, int group)
    {
        if (parts.Count == 0)
        {
            return;
        }

        foreach (ScriptedPart part in parts)
        {
            _lambda[part.Client] = Each(i => _lambda[part.Client][i] - (Alpha * part.Delta[i]));
        }

        _h = Each(i => _h[i] - (Alpha / Clients * parts.Sum(part => part.Delta[i])));
        Model = Each(i => parts.Average(part => Model[i] + part.Delta[i]) - (_h[i] / Alpha));
    }
}

/// <summary>MIFA, Algorithm 1: x += η (1/n) Σ_j G_j over all n, whoever has come; nothing before anybody has.</summary>
internal sealed class MifaTwin : RoundTwin
{
    private readonly double[][] _latest = ZerosForAll();

    public override void Round(IReadOnlyList<ScriptedPart> parts, int group)
    {
        foreach (ScriptedPart part in parts)
        {
            _latest[part.Client] = part.Delta;
        }

        Model = Each(i => Model[i] + (0.7 * _latest.Average(latest => latest[i])));
    }
}

/// <summary>FedStale, Algorithm 1, weights by samples: x += β Σ_k α_k h_k + Σ_S (α_k/p_k)(Δ_k − β h_k), then h_k ← Δ_k.</summary>
internal sealed class FedStaleTwin(double beta, bool observed) : RoundTwin
{
    private readonly double[][] _latest = ZerosForAll();
    private readonly int[] _came = new int[Clients];
    private int _rounds;

    public override void Round(IReadOnlyList<ScriptedPart> parts, int group)
    {
        _rounds++;
        if (parts.Count == 0)
        {
            return;
        }

        foreach (ScriptedPart part in parts)
        {
            _came[part.Client]++;
        }

        double ProbabilityOf(int client) => observed ? (double)_came[client] / _rounds : (double)parts.Count / Clients;
        Model = Each(i => Model[i]
            + (beta * Enumerable.Range(0, Clients).Sum(client => ShareOf(client) * _latest[client][i]))
            + parts.Sum(part => ShareOf(part.Client) / ProbabilityOf(part.Client) * (part.Delta[i] - (beta * _latest[part.Client][i]))));
        foreach (ScriptedPart part in parts)
        {
            _latest[part.Client] = part.Delta;
        }
    }

    private static double ShareOf(int client) => Samples(client) / 15;
}

/// <summary>FedNova with momentum 0.6: ‖a‖₁ = [τ − ρ(1 − ρ^τ)/(1 − ρ)]/(1 − ρ), x += (Σ p‖a‖₁) Σ p Δ/‖a‖₁.</summary>
internal sealed class FedNovaTwin : RoundTwin
{
    public override void Round(IReadOnlyList<ScriptedPart> parts, int group)
    {
        if (parts.Count == 0)
        {
            return;
        }

        static double Length(ScriptedPart part) => (part.Steps - (0.6 * (1 - Math.Pow(0.6, part.Steps)) / 0.4)) / 0.4;
        double all = parts.Sum(part => Samples(part.Client));
        double effective = parts.Sum(part => Samples(part.Client) / all * Length(part));
        Model = Each(i => Model[i] + (effective * parts.Sum(part => Samples(part.Client) / all * part.Delta[i] / Length(part))));
    }
}

/// <summary>FedAT with 3 tiers: the tier's model is the mean of its clients' by samples; x = Σ_m (T_{M+1−m}/T) w_m.</summary>
internal sealed class FedAtTwin : RoundTwin
{
    private readonly double[][] _models = [[0.5, -1, 2], [0.5, -1, 2], [0.5, -1, 2]];
    private readonly int[] _steps = new int[3];

    public override void Round(IReadOnlyList<ScriptedPart> parts, int group)
    {
        if (parts.Count > 0)
        {
            double all = parts.Sum(part => Samples(part.Client));
            _models[group] = Each(i => parts.Sum(part => Samples(part.Client) / all * (Model[i] + part.Delta[i])));
            _steps[group]++;
            Model = Each(i => Enumerable.Range(0, 3).Sum(tier => (double)_steps[2 - tier] / _steps.Sum() * _models[tier][i]));
        }
    }
}

/// <summary>FedFix: x += η Σ d_i Δ_i, d_i = p_i · (intervals that client i's update took).</summary>
internal sealed class FedFixTwin : RoundTwin
{
    private readonly int[] _since = new int[Clients];

    public override void Round(IReadOnlyList<ScriptedPart> parts, int group)
    {
        for (int client = 0; client < Clients; client++)
        {
            _since[client]++;
        }

        Model = Each(i => Model[i] + (0.5 * parts.Sum(part => Samples(part.Client) / 15 * _since[part.Client] * part.Delta[i])));
        foreach (ScriptedPart part in parts)
        {
            _since[part.Client] = 0;
        }
    }
}

/// <summary>QuAFL, Algorithm 1: x ← (x + Σ y_i)/(s + 1), x_i ← (x + s·y_i)/(s + 1), both with the old x.</summary>
internal sealed class QuAflTwin : RoundTwin
{
    private readonly double[]?[] _own = new double[Clients][];

    public override double[] Start(int client) => _own[client] ?? [0.5, -1, 2];

    public override void Round(IReadOnlyList<ScriptedPart> parts, int group)
    {
        double[] before = Model;
        int asked = parts.Count;
        double[][] answers = [.. parts.Select(part => Each(i => Start(part.Client)[i] + part.Delta[i]))];
        Model = Each(i => (before[i] + answers.Sum(answer => answer[i])) / (asked + 1));
        foreach ((ScriptedPart part, double[] answer) in parts.Zip(answers))
        {
            _own[part.Client] = Each(i => (before[i] + (asked * answer[i])) / (asked + 1));
        }
    }
}

/// <summary>FAVAS, Algorithm 1, stochastic α = P(E > 0)·E: x ← (x + Σ (x_i + (w_i − x_i)/α_i))/(s + 1), x_i ← x for those asked.</summary>
internal sealed class FavasTwin : RoundTwin
{
    private readonly double[][] _starts = [.. Enumerable.Range(0, Clients).Select(_ => new[] { 0.5, -1, 2 })];
    private readonly int[] _polls = new int[Clients];
    private readonly int[] _worked = new int[Clients];

    public override double[] Start(int client) => _starts[client];

    public override void Round(IReadOnlyList<ScriptedPart> parts, int group)
    {
        double[] sum = Model;
        foreach (ScriptedPart part in parts)
        {
            _polls[part.Client]++;
            _worked[part.Client] += part.Steps > 0 ? 1 : 0;
            double alpha = (double)_worked[part.Client] / _polls[part.Client] * part.Steps;
            double[] start = _starts[part.Client], summed = sum;
            sum = Each(i => summed[i] + start[i] + (part.Steps > 0 ? part.Delta[i] / alpha : 0));
        }

        Model = Each(i => sum[i] / (parts.Count + 1));
        foreach (ScriptedPart part in parts)
        {
            _starts[part.Client] = Model;
        }
    }
}
