using CsCheck;
using Straggler.Availability;
using Straggler.Configuration;
using Straggler.Simulation;

namespace Straggler.Tests.Availability;

/// <summary>Recorded intervals: look-up, repetition, files that are wrong.</summary>
public sealed class IntervalTracesTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_file);

    /// <summary>Against a scan of all intervals, at moments on and off the grid of their ends, over several repetitions.</summary>
    [Fact]
    public void At_AnyIntervals_IsWhatAScanSays() => (
        from intervals in Gen.Select(Gen.Int[0, 40], Gen.Int[0, 12]).Array[1, 8]
        from start in Gen.Int[-3, 10]
        from length in Gen.Int[1, 45]
        from speed in Gen.Int[-2, 1].Select(power => Math.Pow(2, power))
        from moments in Gen.Int[0, 1200].Array[1, 20]
        select (intervals, start, length, speed, moments))
        .Sample(drawn =>
        {
            RepeatedIntervals repeated = new(
                drawn.intervals.Select(interval => new Interval(interval.Item1, interval.Item1 + interval.Item2)), drawn.start, drawn.length, drawn.speed);
            foreach (double moment in drawn.moments.Select(moment => moment / 8.0)) // Exact in binary, so that the twin's remainder is.
            {
                double second = drawn.start + ((moment * drawn.speed) % drawn.length);
                bool expected = drawn.intervals.Any(interval => second >= interval.Item1 && second < interval.Item1 + interval.Item2);
                Assert.Equal(expected, repeated.At(new(moment)).IsOn);
            }
        }, iter: 2000);

    /// <summary>Lengths that are no binary fractions: the end of each spell still lies in the next one, for ever.</summary>
    [Fact]
    public void At_EndsOfSpells_NeverStickByRounding()
    {
        RepeatedIntervals repeated = new([new(0.1, 0.3), new(0.7, 1.1)], 0, 1.1, 0.3);
        VirtualTime now = new(1e6);
        for (int step = 0; step < 10_000; step++)
        {
            VirtualTime until = repeated.At(now).Until;
            Assert.True(until > now);
            now = until;
        }

        // 10,000 spells are four to a repetition: on and off, with the one over the seam cut in two.
        Assert.Equal(1e6 + (10_000 / 4 * 1.1 / 0.3), now.Seconds, 4.0);
    }

    [Fact]
    public void At_WholeWindow_IsAlwaysOn()
    {
        RepeatedIntervals repeated = new([new(0, 6), new(5, 10)], 0, 10, 1);
        Assert.Equal(new Spell(true, VirtualTime.Never), repeated.At(new(123)));
    }

    [Fact]
    public void Traces_Assignments_MapClients()
    {
        Write("4,0,10", "1,10,20", "1,25,26", "9,20,30");

        // Ids in order: 1, 4, 9. Client 0 → 1, client 1 → 4, client 2 → 9, client 3 → 1.
        IAvailability modulo = Make(new() { File = _file }, 5);
        Assert.Equal([10, 0, 20, 10, 0], Enumerable.Range(0, 5).Select(client => modulo.NextOn(client, VirtualTime.Zero).Seconds));

        // Only clients 1 and 4 of 0 to 4 have a trace of their own.
        IntervalTraces id = Make(new() { File = _file, Assign = TraceAssignment.Id }, 5);
        double never = double.PositiveInfinity;
        Assert.Equal([never, 10, never, never, 0], Enumerable.Range(0, 5).Select(client => id.NextOn(client, VirtualTime.Zero).Seconds));
        Assert.Equal(3, id.NeverOn);

        IAvailability random = Make(new() { File = _file, Assign = TraceAssignment.Random }, 3000);
        long[] counts = [.. Enumerable.Range(0, 3000).CountBy(client => random.NextOn(client, VirtualTime.Zero).Seconds).Select(trace => (long)trace.Value)];
        Support.ChiSquare.AssertUniform(counts);
        Assert.Equal(3, counts.Length);
    }

    [Fact]
    public void Traces_Window_CutsAndRepeats()
    {
        // From second 5 for 20: on at 5 to 10, 12 to 14, 24 to 25 of the trace; twice as fast in virtual time.
        Write("0,0,10", "0,12,14", "0,24,40");
        IAvailability traces = Make(new() { File = _file, Start = 5, Length = 20, Speed = 2 }, 1);
        List<double> changes = [];
        VirtualTime now = VirtualTime.Zero;
        while (now < new VirtualTime(20))
        {
            VirtualTime next = traces.IsOn(0, now) ? traces.NextOff(0, now) : traces.NextOn(0, now);
            changes.Add(next.Seconds);
            now = next;
        }

        // In virtual seconds: off at 2.5, on 3.5 to 4.5, on from 9.5 over the seam at 10 to 12.5, and so on.
        Assert.Equal([2.5, 3.5, 4.5, 9.5, 12.5, 13.5, 14.5, 19.5, 22.5], changes);
    }

    [Theory]
    [InlineData("id,start,end", "(1): the header is \"id,start,end\". Expected client_id,start_s,end_s")]
    [InlineData("client_id,start_s,end_s", "holds no intervals")]
    [InlineData("client_id,start_s,end_s\n1,2", "(2): \"1,2\" is not an interval")]
    [InlineData("client_id,start_s,end_s\n0,0,1\n\n1,2,NaN", "(4): \"1,2,NaN\" is not an interval")]
    [InlineData("client_id,start_s,end_s\n1.5,2,3", "(2): \"1.5,2,3\" is not an interval")]
    [InlineData("client_id,start_s,end_s\n1,5,3", "(2): \"1,5,3\" ends before it starts")]
    public void Traces_WrongFile_IsRefusedWithItsPlace(string content, string expected)
    {
        File.WriteAllText(_file, content);
        InvalidOptionException refusal = Assert.Throws<InvalidOptionException>(() => Make(new() { File = _file }, 2));
        Assert.Equal("availability.file", refusal.Path);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Traces_NoFileOrNobodyOn_IsRefused()
    {
        Assert.Contains("is not given", Assert.Throws<InvalidOptionException>(() => Make(new(), 2)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<InvalidOptionException>(() => Make(new() { File = _file + "no" }, 2)).Message, StringComparison.Ordinal);
        Write("7,0,5");
        Assert.Contains("none of the 2 clients is ever on",
            Assert.Throws<InvalidOptionException>(() => Make(new() { File = _file, Assign = TraceAssignment.Id }, 2)).Message, StringComparison.Ordinal);
        Assert.Equal("availability.start", Assert.Throws<InvalidOptionException>(() => Make(new() { File = _file, Start = 5 }, 2)).Path);
    }

    /// <summary>FLASH's phones: 68 of 100 are ever available; the on-fraction over the whole trace is what its intervals add up to.</summary>
    [Fact]
    public void Traces_RealPhones_AreOnAsLongAsTheirIntervals()
    {
        string file = Path.Combine(Environment.GetEnvironmentVariable("STRAGGLER_DATA") ?? "", "traces", "flash_available_intervals.csv");
        Assert.SkipUnless(File.Exists(file), "STRAGGLER_DATA names no folder with traces/flash_available_intervals.csv.");
        IntervalTraces traces = Make(new() { File = file, Assign = TraceAssignment.Id }, 100);
        Assert.Equal(32, traces.NeverOn);
        ILookup<int, (double Start, double End)> rows = File.ReadLines(file).Skip(1).Select(line => line.Split(','))
            .ToLookup(row => int.Parse(row[0], System.Globalization.CultureInfo.InvariantCulture), row => (
                double.Parse(row[1], System.Globalization.CultureInfo.InvariantCulture), double.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture)));
        double begin = rows.Min(trace => trace.Min(row => row.Start)), end = rows.Max(trace => trace.Max(row => row.End));
        foreach (IGrouping<int, (double Start, double End)> trace in rows)
        {
            double on = 0;
            for (VirtualTime now = VirtualTime.Zero; now.Seconds < end - begin;)
            {
                Spell spell = traces.At(trace.Key, now);
                on += spell.IsOn ? (spell.Until - now).Seconds : 0;
                now = spell.Until;
            }

            Assert.Equal(trace.Sum(row => row.End - row.Start), on, 1e-6);
        }
    }

    private void Write(params string[] rows) => File.WriteAllLines(_file, ["client_id,start_s,end_s", .. rows]);

    private static IntervalTraces Make(IntervalTraceOptions options, int clients) => new(options, new(new(3), clients));
}
