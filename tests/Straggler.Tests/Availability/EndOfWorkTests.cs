using CsCheck;
using Straggler.Availability;
using Straggler.Simulation;

namespace Straggler.Tests.Availability;

/// <summary>When work ends on a client that comes and goes.</summary>
public sealed class EndOfWorkTests
{
    // On in [0, 4), [6, 7), [10, 20).
    private static readonly Scripted Client = new(0, 4, 6, 7, 10, 20);

    [Theory]
    [InlineData(MidTaskRule.Pause, 1, 2, 3, true)]
    [InlineData(MidTaskRule.Pause, 1, 3, 4, true)] // Ends with the spell.
    [InlineData(MidTaskRule.Pause, 1, 3.5, 6.5, true)] // 3 before the break, 0.5 after it.
    [InlineData(MidTaskRule.Pause, 1, 6, 12, true)] // 3, then 1, then 2 from 10 on.
    [InlineData(MidTaskRule.Pause, 5, 1.5, 10.5, true)] // Begins off: rests until 6.
    [InlineData(MidTaskRule.Pause, 1, 15, double.PositiveInfinity, false)] // 3 + 1 + 10 are all there is.
    [InlineData(MidTaskRule.Abort, 1, 2, 3, true)]
    [InlineData(MidTaskRule.Abort, 1, 3, 4, true)]
    [InlineData(MidTaskRule.Abort, 1, 3.5, 4, false)]
    [InlineData(MidTaskRule.Abort, 5, 0.5, 5, false)]
    [InlineData(MidTaskRule.Finish, 1, 3.5, 4.5, true)]
    [InlineData(MidTaskRule.Finish, 5, 100, 105, true)]
    public void EndOfWork_ByHand_IsAsReckoned(MidTaskRule rule, double start, double work, double end, bool done) =>
        Assert.Equal(new WorkEnd(new(end), done), Client.EndOfWork(rule, 0, new(start), new(work), VirtualTime.Never));

    [Theory]
    [InlineData(MidTaskRule.Pause, 1, 6, 12, 12, true)] // Just in time.
    [InlineData(MidTaskRule.Pause, 1, 6, 11, 11, false)]
    [InlineData(MidTaskRule.Pause, 1, 6, 5, 5, false)] // Resting when the limit comes.
    [InlineData(MidTaskRule.Pause, 1, 100, 90, 90, false)]
    [InlineData(MidTaskRule.Abort, 1, 6, 3, 3, false)]
    [InlineData(MidTaskRule.Abort, 1, 6, 9, 4, false)]
    [InlineData(MidTaskRule.Finish, 1, 6, 7, 7, true)]
    [InlineData(MidTaskRule.Finish, 1, 6, 6.5, 6.5, false)]
    public void EndOfWork_WithALimit_EndsThere(MidTaskRule rule, double start, double work, double limit, double end, bool done) =>
        Assert.Equal(new WorkEnd(new(end), done), Client.EndOfWork(rule, 0, new(start), new(work), new(limit)));

    /// <summary>Who is always on ends at start + work, to the last bit: a run with availability and one without are the same.</summary>
    [Fact]
    public void EndOfWork_AlwaysOn_IsTheSumToTheLastBit() => Gen.Select(Gen.Double[0, 1e9], Gen.Double[0, 1e5], Gen.Enum<MidTaskRule>())
        .Sample((start, work, rule) =>
            Assert.Equal(new WorkEnd(new(start + work), true), new AlwaysOn().EndOfWork(rule, 0, new(start), new(work), VirtualTime.Never)));

    [Fact]
    public void EndOfWork_SpellsMuchShorterThanTheWork_IsRefusedWithAReason()
    {
        Bernoulli flicker = new(new() { Slot = 1e-7 }, new(new(1), 1));
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() =>
            flicker.EndOfWork(MidTaskRule.Pause, 0, VirtualTime.Zero, new(1e3), VirtualTime.Never));
        Assert.Contains("Client 0 went on and off", refusal.Message, StringComparison.Ordinal);
    }
}
