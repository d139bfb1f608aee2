using CsCheck;
using Straggler.Scheduling;
using Straggler.Tests.Support;

namespace Straggler.Tests.Scheduling;

public sealed class UniformSelectionTests
{
    [Fact]
    public void Take_FiveIdle_ChoosesEachAlike()
    {
        long[] first = new long[5], second = new long[5];
        for (ulong seed = 0; seed < 10_000; seed++)
        {
            UniformSelection idle = new(new(seed), 0, [.. Enumerable.Range(0, 5)]);
            first[idle.Take()]++;
            second[idle.Take()]++;
        }

        ChiSquare.AssertUniform(first);
        ChiSquare.AssertUniform(second);
    }

    [Fact]
    public void Take_ReturnedAmongIdle_IsAsLikelyAsTheOthers()
    {
        // One of three is always out: whoever came back last is one of two idle ones, so it leaves again half of the time.
        UniformSelection idle = new(new(5), 0, [.. Enumerable.Range(0, 3)]);
        idle.Take();
        long[] repeated = new long[2];
        int last = idle.Take();
        idle.Return(last);
        for (int time = 0; time < 20_000; time++)
        {
            int next = idle.Take();
            repeated[next == last ? 1 : 0]++;
            idle.Return(next);
            last = next;
        }

        ChiSquare.AssertUniform(repeated);
    }

    [Fact]
    public void Take_AnyHistory_NeverGivesOneThatIsOut() => Gen.Select(Gen.ULong, Gen.Bool.Array[1, 100]).Sample((seed, takes) =>
    {
        UniformSelection idle = new(new(seed), 0, [.. Enumerable.Range(0, 7)]);
        List<int> held = [];
        foreach (bool take in takes)
        {
            if (take && idle.Count > 0)
            {
                int client = idle.Take();
                Assert.DoesNotContain(client, held);
                held.Add(client);
            }
            else if (held.Count > 0)
            {
                idle.Return(held[0]);
                held.RemoveAt(0);
            }

            Assert.Equal(7 - held.Count, idle.Count);
        }
    });

    [Fact]
    public void Soon_EachTakeFollowsAReturn_IsNearlyAlwaysTheNextTaken()
    {
        // It misses who was put into the place meanwhile, one of two places among a thousand, so about 40 of 20,000; and the first two.
        UniformSelection idle = new(new(5), 0, [.. Enumerable.Range(0, 1_000)]);
        int missed = 0;
        int taken = idle.Take();
        for (int time = 0; time < 20_000; time++)
        {
            int expected = idle.Soon;
            idle.Return(taken);
            taken = idle.Take();
            missed += taken == expected ? 0 : 1;
        }

        Assert.InRange(missed, 0, 100);
    }

    [Fact]
    public void Take_NobodyIdle_Throws()
    {
        UniformSelection idle = new(new(1), 0, [.. Enumerable.Range(0, 1)]);
        idle.Take();
        Assert.Throws<InvalidOperationException>(() => idle.Take());
    }
}
