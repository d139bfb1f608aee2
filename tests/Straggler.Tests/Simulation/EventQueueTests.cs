using CsCheck;
using Straggler.Simulation;

namespace Straggler.Tests.Simulation;

public sealed class EventQueueTests
{
    private static readonly Gen<(int Time, short Priority)[]> Events = Gen.Select(Gen.Int[0, 5], Gen.Short[-1, 2]).Array[0, 60];

    [Fact]
    public void Take_EventsWithTies_ComeAsAStableSortByTimeThenPriority() => Events.Sample(events =>
    {
        EventQueue<int> queue = new();
        for (int i = 0; i < events.Length; i++)
        {
            queue.Add(new(events[i].Time), i, events[i].Priority);
        }

        // LINQ's OrderBy is stable: equal keys stay in order of insertion.
        int[] expected = [.. Enumerable.Range(0, events.Length).OrderBy(i => events[i].Time).ThenBy(i => events[i].Priority)];
        Assert.Equal(expected, Enumerable.Range(0, events.Length).Select(_ => queue.Take()));
        Assert.Equal(VirtualTime.Never, queue.NextTime);
    });

    [Fact]
    public void Take_TakingAndAddingMixed_AlwaysGivesTheLeastKeyThatWaits() => Gen.Select(Events, Gen.Bool.Array[60]).Sample((events, takes) =>
    {
        EventQueue<int> queue = new();
        List<int> waiting = [];
        for (int i = 0; i < events.Length; i++)
        {
            queue.Add(new(events[i].Time), i, events[i].Priority);
            waiting.Add(i);
            if (takes[i])
            {
                int expected = waiting.MinBy(j => (events[j].Time, events[j].Priority, j));
                Assert.Equal(new VirtualTime(events[expected].Time), queue.NextTime);
                Assert.Equal(expected, queue.Next);
                Assert.Equal(expected, queue.Take());
                waiting.Remove(expected);
            }

            Assert.Equal(waiting.Count, queue.Count);
            Assert.Equal(waiting, queue.Waiting.Order());
        }
    });

    [Fact]
    public void Take_AnyTimes_ComeAsFromThePriorityQueueOfTheLibrary() => Gen.Double[0, 1].Array[0, 2_000].Sample(times =>
    {
        EventQueue<int> queue = new();
        PriorityQueue<int, (double, int)> twin = new();
        for (int i = 0; i < times.Length; i++)
        {
            queue.Add(new(times[i]), i);
            twin.Enqueue(i, (times[i], i));
            if (i % 3 == 2)
            {
                Assert.Equal(twin.Dequeue(), queue.Take());
            }
        }

        while (twin.TryDequeue(out int expected, out _))
        {
            Assert.Equal(expected, queue.Take());
        }

        Assert.Equal(0, queue.Count);
    }, iter: 30);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    public void Add_ImpossibleTime_Throws(double time) =>
        Assert.Throws<InvalidOperationException>(() => new EventQueue<int>().Add(new(time), 0));

    [Fact]
    public void Take_Empty_Throws() => Assert.Throws<InvalidOperationException>(() => new EventQueue<int>().Take());
}
