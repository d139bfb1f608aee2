using CsCheck;
using Straggler.Availability;
using Straggler.Simulation;

namespace Straggler.Tests.Availability;

/// <summary>What every availability promises: a pure function of seed, client and moment.</summary>
public sealed class AvailabilityContractTests : IDisposable
{
    private const int Clients = 6;
    private readonly string _trace = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public AvailabilityContractTests() => File.WriteAllText(_trace, "client_id,start_s,end_s\n7,3,5\n7,0,1.5\n2,0.25,9.75\n2,9,10\n5,6,6.5\n");

    public static TheoryData<string> Names { get; } =
        ["always", "bernoulli", "bernoulli+spread", "markov", "markov+outages", "diurnal", "trace", "trace+random", "trace+id", "trace+outages"];

    public void Dispose() => File.Delete(_trace);

    /// <summary>The answer to a question does not depend on what was asked before.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void At_AnyOrder_GivesTheAnswersOfAFreshOne(string name) => (
        from seed in Gen.ULong
        from questions in Gen.Select(Gen.Int[0, Clients - 1], Gen.Double[0, 60]).Array[1, 40]
        select (seed, questions))
        .Sample(drawn =>
        {
            IAvailability asked = Make(name, drawn.seed);
            foreach ((int client, double at) in drawn.questions)
            {
                Assert.Equal(Make(name, drawn.seed).At(client, new(at)), asked.At(client, new(at)));
            }
        }, iter: 100, threads: 1);

    /// <summary>Spells follow each other without a gap, and nothing changes within one.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void At_WithinASpell_IsTheSpell(string name)
    {
        for (int client = 0; client < Clients; client++)
        {
            IAvailability availability = Make(name, 3);
            VirtualTime now = VirtualTime.Zero;
            while (now < new VirtualTime(200))
            {
                Spell spell = availability.At(client, now);
                Assert.True(spell.Until > now);
                Assert.Equal(spell.IsOn, availability.IsOn(client, now));
                if (spell.Until == VirtualTime.Never)
                {
                    Assert.Equal(spell, availability.At(client, new(1e9)));
                    break;
                }

                Assert.Equal(spell, availability.At(client, new((now.Seconds + spell.Until.Seconds) / 2)));
                Assert.Equal(spell, availability.At(client, new(Math.BitDecrement(spell.Until.Seconds))));
                now = spell.Until;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NextOnAndNextOff_AnyMoment_AreTheFirstOfTheirKind(string name)
    {
        for (int client = 0; client < Clients; client++)
        {
            IAvailability availability = Make(name, 4);
            for (double from = 0; from < 40; from += 0.7)
            {
                AssertFirst(availability, client, new(from), availability.NextOn(client, new(from)), on: true);
                AssertFirst(availability, client, new(from), availability.NextOff(client, new(from)), on: false);
            }
        }
    }

    [Fact]
    public void Availability_EveryImplementation_IsMadeByTheTableOrTheOutages()
    {
        IEnumerable<string> made = Names.Select(row => Make(row.Data, 1).GetType().Name).Distinct();
        Assert.Equal(
            typeof(BuiltIns).Assembly.GetTypes().Where(type => type.IsClass && typeof(IAvailability).IsAssignableFrom(type)).Select(type => type.Name).Order(),
            made.Order());
        Assert.All(BuiltIns.Availability.Entries, entry => Assert.Contains(entry.Name, Names.Select(row => row.Data)));
    }

    /// <summary>Another seed is another process; the same seed is the same one.</summary>
    [Theory]
    [InlineData("bernoulli")]
    [InlineData("markov")]
    [InlineData("diurnal")]
    public void At_AnotherSeed_Differs(string name)
    {
        static string Pattern(IAvailability availability) =>
            string.Concat(Enumerable.Range(0, 200).Select(second => availability.IsOn(1, new(second)) ? '1' : '0'));
        Assert.Equal(Pattern(Make(name, 1)), Pattern(Make(name, 1)));
        Assert.NotEqual(Pattern(Make(name, 1)), Pattern(Make(name, 2)));
    }

    private static void AssertFirst(IAvailability availability, int client, VirtualTime from, VirtualTime found, bool on)
    {
        Assert.True(found >= from);
        if (found != VirtualTime.Never)
        {
            Assert.Equal(on, availability.IsOn(client, found));
        }

        // Everything before it is of the other kind: looked at spell by spell.
        VirtualTime now = from;
        for (int looked = 0; now < found && looked < 1000; looked++)
        {
            Spell spell = availability.At(client, now);
            Assert.NotEqual(on, spell.IsOn);
            now = spell.Until;
        }
    }

    private IAvailability Make(string name, ulong seed)
    {
        AvailabilityServices services = new(new(seed), Clients);
        OutageOptions outages = new() { MeanBetween = 5, MeanLength = 3, Share = 0.5 };
        IntervalTraceOptions trace = new() { File = _trace, Start = -1, Length = 11.3, Speed = 0.7 };
        return name switch
        {
            "always" => new AlwaysOn(),
            "bernoulli" => new Bernoulli(new() { Slot = 1.3 }, services),
            "bernoulli+spread" => new Bernoulli(new() { Slot = 0.1, Spread = 0.3 }, services),
            "markov" => new Markov(new() { MeanOn = 2, MeanOff = 1 }, services),
            "diurnal" => new Diurnal(new() { Period = 24, Slot = 0.7, Amplitude = 0.7 }, services),
            "trace" => new IntervalTraces(trace, services),
            "trace+random" => new IntervalTraces(trace with { Assign = TraceAssignment.Random }, services),
            "trace+id" => new IntervalTraces(trace with { Assign = TraceAssignment.Id }, services),
            "markov+outages" => new Outages(outages, Make("markov", seed), services.Streams),
            _ => new Outages(outages, Make("trace", seed), services.Streams),
        };
    }
}
