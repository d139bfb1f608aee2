namespace Straggler.Tests.Strategies.Recomputed;

/// <summary>One scripted arrival.</summary>
/// <param name="Client">Who; its samples are one more.</param>
/// <param name="Lag">Staleness, as far as there are so many versions.</param>
/// <param name="Delta">Δ.</param>
/// <param name="LossDrop">What its loss fell by.</param>
public sealed record ScriptedArrival(int Client, int Lag, double[] Delta, double LossDrop);

/// <summary>A server that was written down from a paper's formula alone, in plain double arithmetic, and keeps everything.</summary>
internal abstract class Twin
{
    public const int Clients = 5;

    public List<double[]> Versions { get; } = [[0.5, -1, 2]];

    public double[] Model => Versions[^1];

    public int Version => Versions.Count - 1;

    public virtual bool Admits(int staleness) => true;

    public abstract void Arrive(ScriptedArrival arrival, int staleness);

    public virtual void Refuse(int staleness)
    {
    }

    protected void Step(Func<int, double> next) => Versions.Add([.. Enumerable.Range(0, Model.Length).Select(next)]);

    protected static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    protected static double Norm(double[] a) => Math.Sqrt(Dot(a, a));

    protected static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    protected static double[] Zeros() => new double[3];
}
