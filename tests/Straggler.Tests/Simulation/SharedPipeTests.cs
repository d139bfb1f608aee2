using CsCheck;
using Straggler.Delays;
using Straggler.Simulation;

namespace Straggler.Tests.Simulation;

/// <summary>One direction of the server's link: who gets how much of it, and when transfers end.</summary>
public sealed class SharedPipeTests
{
    [Fact]
    public void Join_ProcessorSharingUnequalTransfers_EndsAsComputedByHand()
    {
        // 12 bytes a second. A: 20 bytes at 2 a second of its own; B: 60 bytes and C: 20 bytes, both at 20. From 0 on A has 2 and B 10.
        // C joins at 3, when 30 of B are left: A 2, B and C 5 each. C ends at 3 + 20/5 = 7; B, with 10 left, has 10 a second then: 8.
        // A never lacked anything: 20/2 = 10.
        Assert.Equal([(2, 7.0), (1, 8.0), (0, 10.0)], Run(12, LinkDiscipline.ProcessorSharing, [new(0, 20, 2), new(0, 60, 20), new(3, 20, 20)]));
    }

    [Fact]
    public void Join_Fifo_OneAfterAnotherAtTheSlowerOfTheTwoSpeeds()
    {
        // A: 20 bytes at its own 2 a second, until 10; B: 60 bytes at the link's 12, until 15; C: 24 bytes at its own 8, until 18.
        Assert.Equal([(0, 10.0), (1, 15.0), (2, 18.0)], Run(12, LinkDiscipline.Fifo, [new(0, 20, 2), new(0, 60, 20), new(3, 24, 8)]));
    }

    [Fact]
    public void Join_EqualTransfersTogether_EndTogether() =>
        Gen.Select(Gen.Int[1, 9], Gen.Double[0.1, 10], Gen.Double[0.1, 10]).Sample((count, rate, capacity) =>
        {
            List<(int, double End)> ends = Run(capacity, LinkDiscipline.ProcessorSharing, [.. Enumerable.Repeat(new Wish(1.5, 7, rate), count)]);
            Assert.Equal(Enumerable.Range(0, count), ends.Select(end => end.Item1));
            Assert.Single(ends.Select(end => end.End).Distinct());
            Assert.Equal(1.5 + (7 / Math.Min(rate, capacity / count)), ends[0].End, 1e-9);
        });

    [Fact]
    public void Run_AnyTransfers_AgreesWithAPlainTwin() =>
        Gen.Select(Wishes, Gen.Double[0.5, 20], Gen.Enum<LinkDiscipline>()).Sample((wishes, capacity, discipline) =>
        {
            Dictionary<int, double> ends = Run(capacity, discipline, wishes).ToDictionary(end => end.Number, end => end.End);
            double[] expected = Twin(capacity, discipline, wishes);
            Assert.All(expected.Index(), end => Assert.Equal(end.Item, ends[end.Index], 1e-8 * (1 + end.Item)));
        });

    [Fact]
    public void Run_LinkIsTheNarrowPlace_IsBusyAsLongUnderEitherDiscipline() =>
        Gen.Select(Wishes, Gen.Double[0.5, 20]).Sample((wishes, capacity) =>
        {
            // Nobody is slower than the link, so it is never idle while there is something to send: the end follows from the bytes alone.
            Wish[] fast = [.. wishes.Select(wish => wish with { Rate = wish.Rate + capacity })];
            double busyUntil = 0;
            foreach (Wish wish in fast.OrderBy(wish => wish.Joins))
            {
                busyUntil = Math.Max(busyUntil, wish.Joins) + (wish.Bytes / capacity);
            }

            Assert.All(Enum.GetValues<LinkDiscipline>(), discipline =>
                Assert.Equal(busyUntil, Run(capacity, discipline, fast).Max(end => end.End), 1e-8 * (1 + busyUntil)));
        });

    [Fact]
    public void Run_AnyTransfers_NeverSendMoreThanTheLinkOrTheClientsLinkHolds() =>
        Gen.Select(Wishes, Gen.Double[0.5, 20], Gen.Enum<LinkDiscipline>()).Sample((wishes, capacity, discipline) =>
        {
            double first = wishes.Min(wish => wish.Joins), sent = 0;
            foreach ((int number, double end) in Run(capacity, discipline, wishes))
            {
                Wish wish = wishes[number];
                sent += wish.Bytes;
                Assert.True(sent <= capacity * (end - first) * (1 + 1e-9));
                Assert.True(wish.Bytes <= Math.Min(capacity, wish.Rate) * (end - wish.Joins) * (1 + 1e-9));
            }
        });

    private static Gen<Wish[]> Wishes { get; } =
        Gen.Select(Gen.Double[0, 20], Gen.Int[1, 100], Gen.Double[0.1, 20], (joins, bytes, rate) => new Wish(joins, bytes, rate)).Array[1, 12];

    /// <summary>Lets transfers through a pipe.</summary>
    /// <returns>Who ended when, in order.</returns>
    private static List<(int Number, double End)> Run(double capacity, LinkDiscipline discipline, Wish[] wishes)
    {
        SharedPipe pipe = new(capacity, discipline);
        List<(int, double)> ends = [];
        void LetEnd(double until)
        {
            while (pipe.NextEnd.Seconds <= until && pipe.NextEnd != VirtualTime.Never)
            {
                double now = pipe.NextEnd.Seconds;
                ends.AddRange(pipe.TakeEnded().Select(task => ((int)task.Flight.Number, now)));
            }
        }

        foreach ((int number, Wish wish) in wishes.Index().OrderBy(wish => wish.Item.Joins))
        {
            LetEnd(wish.Joins);
            Transfer transfer = new(wish.Bytes, new(wish.Bytes / wish.Rate));
            LinkTask task = new(new() { Number = number }, new(new(transfer.Alone, new(1), new(0)), transfer, new(0, new(0)), default));
            task.Begin(new VirtualTime(wish.Joins));
            task.Begin(task.Course.Download);
            pipe.Join(task, new(wish.Joins));
        }

        LetEnd(double.PositiveInfinity);
        return ends;
    }

    /// <summary>The same in bytes that are left, with a level of fair shares found by bisection.</summary>
    private static double[] Twin(double capacity, LinkDiscipline discipline, Wish[] wishes)
    {
        double[] left = [.. wishes.Select(wish => (double)wish.Bytes)], ends = new double[wishes.Length];
        int[] order = [.. Enumerable.Range(0, wishes.Length).OrderBy(number => wishes[number].Joins)];
        double now = 0;
        while (left.Any(bytes => bytes > 0))
        {
            int[] here = [.. order.Where(number => wishes[number].Joins <= now && left[number] > 0)];
            double level = Level(capacity, [.. here.Select(number => wishes[number].Rate)]);
            double[] speed = new double[wishes.Length];
            foreach (int number in discipline == LinkDiscipline.Fifo ? here.Take(1) : here)
            {
                speed[number] = Math.Min(wishes[number].Rate, discipline == LinkDiscipline.Fifo ? capacity : level);
            }

            double next = wishes.Select(wish => wish.Joins).Where(joins => joins > now).DefaultIfEmpty(double.PositiveInfinity).Min();
            double step = here.Where(number => speed[number] > 0).Select(number => left[number] / speed[number]).Append(next - now).Min();
            foreach (int number in here)
            {
                left[number] -= speed[number] * step;
                left[number] = left[number] < 1e-9 ? 0 : left[number];
                ends[number] = now + step;
            }

            now = step == next - now ? next : now + step;
        }

        return ends;
    }

    private static double Level(double capacity, double[] rates)
    {
        double low = 0, high = rates.Append(0).Max();
        for (int half = 0; half < 200 && rates.Sum() > capacity; half++)
        {
            double level = (low + high) / 2;
            (low, high) = rates.Sum(rate => Math.Min(rate, level)) > capacity ? (low, level) : (level, high);
        }

        return high;
    }

    /// <summary>A transfer: when it joins, how large it is, and the speed of its own link.</summary>
    private sealed record Wish(double Joins, int Bytes, double Rate);
}
