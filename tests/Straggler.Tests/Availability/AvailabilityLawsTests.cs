using Straggler.Availability;
using Straggler.Simulation;
using Straggler.Tests.Partitioning;
using Straggler.Tests.Support;

namespace Straggler.Tests.Availability;

/// <summary>Availability against the laws it promises; fixed seeds, four standard errors or confidence 0.9999.</summary>
public sealed class AvailabilityLawsTests
{
    private const int Clients = 40_000;
    private static readonly AvailabilityServices Services = new(new(17), Clients);

    [Fact]
    public void Markov_Spells_AreExponential()
    {
        Markov markov = new(new() { MeanOn = 3, MeanOff = 5 }, Services);
        List<double> on = [], off = [];
        for (int client = 0; client < 200; client++)
        {
            VirtualTime now = VirtualTime.Zero;
            for (int number = 0; number < 100; number++)
            {
                Spell spell = markov.At(client, now);
                (spell.IsOn ? on : off).Add((spell.Until - now).Seconds);
                now = spell.Until;
            }
        }

        KolmogorovSmirnov.AssertFollows([.. on], x => 1 - Math.Exp(-x / 3));
        KolmogorovSmirnov.AssertFollows([.. off], x => 1 - Math.Exp(-x / 5));
    }

    /// <summary>Law 10: λ_on/(λ_on + λ_off) = (1/5)/(1/5 + 1/3) = 3/8, at the start as later.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1.7)]
    [InlineData(40)]
    public void Markov_AtAnyMoment_IsInEquilibrium(double at)
    {
        Markov markov = new(new() { MeanOn = 3, MeanOff = 5 }, Services);
        AssertShare(0.375, Enumerable.Range(0, Clients).Count(client => markov.IsOn(client, new(at))));
    }

    /// <summary>On at s, on at s + t with probability π + (1 − π)e^{−(λ_on + λ_off)t}: π = 3/8, λ_on + λ_off = 1/5 + 1/3.</summary>
    [Fact]
    public void Markov_TwoMoments_AreCorrelatedAsTheChainIs()
    {
        Markov markov = new(new() { MeanOn = 3, MeanOff = 5 }, Services);
        int[] on = [.. Enumerable.Range(0, Clients).Where(client => markov.IsOn(client, new(10)))];
        double expected = 0.375 + (0.625 * Math.Exp(-2 * ((1 / 5.0) + (1 / 3.0))));
        AssertShare(expected, on.Count(client => markov.IsOn(client, new(12))), on.Length);
    }

    /// <summary>Law 10: a task that begins when its client is on, with work W, takes W(1 + λ_off/λ_on) = 4(1 + 5/3) on average.</summary>
    [Fact]
    public void Markov_PausingTasks_TakeTheirWorkTimesOnePlusTheRatioOfRates()
    {
        Markov markov = new(new() { MeanOn = 3, MeanOff = 5 }, Services);
        double[] took = [.. Enumerable.Range(0, Clients).Select(client =>
        {
            VirtualTime start = markov.NextOn(client, new(20));
            WorkEnd end = markov.EndOfWork(MidTaskRule.Pause, client, start, new(4), VirtualTime.Never);
            Assert.True(end.Done);
            return (end.At - start).Seconds;
        })];

        // Breaks are Poisson with mean 4/3, each exponential with mean 5: variance 4/3 · 2 · 25.
        Assert.Equal(4 * (1 + (5 / 3.0)), took.Average(), 4 * Math.Sqrt(4 / 3.0 * 50 / Clients));
    }

    /// <summary>A task that is given up when its client goes off is done with probability e^{−W/3}.</summary>
    [Fact]
    public void Markov_AbortingTasks_SurviveWithTheProbabilityOfALongEnoughSpell()
    {
        Markov markov = new(new() { MeanOn = 3, MeanOff = 5 }, Services);
        int done = Enumerable.Range(0, Clients).Count(client =>
            markov.EndOfWork(MidTaskRule.Abort, client, markov.NextOn(client, new(20)), new(2), VirtualTime.Never).Done);
        AssertShare(Math.Exp(-2 / 3.0), done);
    }

    [Fact]
    public void Bernoulli_Slots_AreIndependentWithTheProbability()
    {
        Bernoulli bernoulli = new(new() { Probability = 0.3, Slot = 2 }, Services);
        long[] pairs = new long[4];
        for (int client = 0; client < Clients; client++)
        {
            pairs[(bernoulli.IsOn(client, new(11)) ? 2 : 0) + (bernoulli.IsOn(client, new(13)) ? 1 : 0)]++;
        }

        ChiSquare.AssertFollows(pairs, [Clients * 0.49, Clients * 0.21, Clients * 0.21, Clients * 0.09]);
    }

    [Fact]
    public void Bernoulli_Spread_GivesEachClientAProbabilityOfItsOwn()
    {
        Bernoulli bernoulli = new(new() { Probability = 0.4, Spread = 0.3, Slot = 1 }, Services);
        KolmogorovSmirnov.AssertFollows([.. Enumerable.Range(0, Clients).Select(bernoulli.ProbabilityOf)], p => Math.Clamp((p - 0.1) / 0.6, 0, 1));
        const int slots = 4000;
        foreach (int client in new[] { 3, 4 })
        {
            AssertShare(bernoulli.ProbabilityOf(client), Enumerable.Range(0, slots).Count(slot => bernoulli.IsOn(client, new(slot))), slots);
        }
    }

    /// <summary>Mean 0.5, amplitude 0.6, one time zone: at 0 h 0.5, at 6 h 1.1 cut to 1, at 2 h 0.5 + 0.6 sin 30° = 0.8, at 18 h 0.</summary>
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(2, 0.8)]
    [InlineData(6, 1)]
    [InlineData(14, 0.2)]
    [InlineData(18, 0)]
    [InlineData(42, 0)]
    public void Diurnal_OneTimeZone_FollowsTheSine(double hour, double expected)
    {
        Diurnal diurnal = new(new() { Period = 24, Amplitude = 0.6, PhaseSpread = 0, Slot = 0.5 }, Services);
        Assert.Equal(expected, diurnal.ProbabilityOf(0, new(hour)), 1e-12);
        AssertShare(expected, Enumerable.Range(0, Clients).Count(client => diurnal.IsOn(client, new(hour + 0.2))));
    }

    /// <summary>Around the world the mean of the sine is 0.</summary>
    [Fact]
    public void Diurnal_AllTimeZones_HaveTheMean()
    {
        Diurnal diurnal = new(new() { Mean = 0.3, Amplitude = 0.3, Period = 24, PhaseSpread = 1, Slot = 0.5 }, Services);
        AssertShare(0.3, Enumerable.Range(0, Clients).Count(client => diurnal.IsOn(client, new(6))));
    }

    /// <summary>In an outage a third is off, else nobody; outages take 2/(2 + 6) of the time and hit other clients each time.</summary>
    [Fact]
    public void Outages_Share_GoesDownTogether()
    {
        Outages outages = new(new() { MeanBetween = 6, MeanLength = 2, Share = 1 / 3.0 }, new AlwaysOn(), new(5));
        const int moments = 4000, clients = 900;
        int down = 0;
        for (int moment = 0; moment < moments; moment++)
        {
            // A hundred seconds apart, many times the relaxation time 1/(1/6 + 1/2).
            int off = Enumerable.Range(0, clients).Count(client => !outages.IsOn(client, new(100.0 * moment)));
            down += off > 0 ? 1 : 0;
            Assert.True(off == 0 || Math.Abs(off - 300) < 5.5 * Math.Sqrt(200), $"{off} are off");
        }

        AssertShare(0.25, down, moments);
        AssertShare(1 / 12.0, Enumerable.Range(0, moments).Count(moment => !outages.IsOn(1, new(100.0 * moment))), moments);
    }

    private static void AssertShare(double expected, int count, int of = Clients) =>
        Assert.Equal(expected, (double)count / of, (4 * Math.Sqrt(expected * (1 - expected) / of)) + 1e-12);
}
