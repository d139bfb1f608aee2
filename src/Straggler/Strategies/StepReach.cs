namespace Straggler.Strategies;

/// <summary>How far steps of a gradient of 1 go, in units of the learning rate: ‖a_i‖₁ of <see cref="FedNova"/>.</summary>
internal static class StepReach
{
    /// <summary>Up to here steps are gone one by one.</summary>
    public const int MostSingle = 1_000_000;

    /// <summary>The reach of so many steps.</summary>
    /// <remarks>
    /// A step takes moved m and velocity v to v ← ρv + (1 − ημ·m), m ← m + v, or m ← m + (1 − ημ·m) + ρv in Nesterov's form. A live client
    /// says itself how many steps it made, so that beyond a million the steps are composed by twos, as each is the same affine map: the
    /// same but for rounding, in a moment.
    /// </remarks>
    /// <param name="steps">Number of steps, τ.</param>
    /// <param name="curvature">Learning rate times the coefficient of the proximal term, ημ.</param>
    /// <param name="momentum">ρ.</param>
    /// <param name="nesterov">Whether momentum is Nesterov's.</param>
    public static double Of(int steps, double curvature, double momentum, bool nesterov) =>
        steps <= MostSingle ? OneByOne(steps, curvature, momentum, nesterov) : Composed(steps, curvature, momentum, nesterov);

    private static double OneByOne(int steps, double curvature, double momentum, bool nesterov)
    {
        double moved = 0, velocity = 0;
        for (int step = 0; step < steps; step++)
        {
            double gradient = 1 - (curvature * moved);
            velocity = (momentum * velocity) + gradient;
            moved += nesterov ? gradient + (momentum * velocity) : velocity;
        }

        return moved;
    }

    private static double Composed(int steps, double curvature, double momentum, bool nesterov)
    {
        double ahead = nesterov ? 1 + momentum : 1;
        AffineMap map = new(1 - (ahead * curvature), nesterov ? momentum * momentum : momentum, -curvature, momentum, ahead, 1);
        double moved = 0, velocity = 0;
        for (int left = steps; left > 0; left >>= 1)
        {
            if ((left & 1) == 1)
            {
                (moved, velocity) = map.Apply(moved, velocity);
            }

            map = map.Twice();
        }

        return moved;
    }

    /// <summary>(m, v) ↦ (a·m + b·v + e, c·m + d·v + f).</summary>
    private readonly record struct AffineMap(double A, double B, double C, double D, double E, double F)
    {
        public (double Moved, double Velocity) Apply(double moved, double velocity) => ((A * moved) + (B * velocity) + E, (C * moved) + (D * velocity) + F);

        public AffineMap Twice()
        {
            (double e, double f) = Apply(E, F);
            return new((A * A) + (B * C), (A * B) + (B * D), (C * A) + (D * C), (C * B) + (D * D), e, f);
        }
    }
}
