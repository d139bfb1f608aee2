using System.Text.Json;

namespace Straggler.Reports.Tracing;

/// <summary>Writes events in the JSON Trace Event Format, which Perfetto and chrome://tracing open; nothing is kept in memory.</summary>
/// <remarks>Source: "Trace Event Format", https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.</remarks>
internal sealed class TraceWriter : IDisposable
{
    private const int MostPending = 1 << 16;

    private readonly Utf8JsonWriter _json;

    /// <summary>Begins the file.</summary>
    /// <param name="stream">Takes the bytes.</param>
    /// <param name="run">The run's name.</param>
    public TraceWriter(Stream stream, string run)
    {
        _json = new(stream);
        _json.WriteStartObject();
        _json.WriteString("displayTimeUnit", "ms");
        _json.WriteStartObject("otherData");
        _json.WriteString("run", run);
        _json.WriteString("clock", "virtual seconds of the simulation; a second is shown as a second");
        _json.WriteEndObject();
        _json.WriteStartArray("traceEvents");
    }

    /// <summary>Names a track, or with thread 0 a process, and gives it its place.</summary>
    public void Name(int process, long thread, string name, long place)
    {
        string kind = thread == 0 ? "process" : "thread";
        Metadata(process, thread, kind + "_name", json => json.WriteString("name", name));
        Metadata(process, thread, kind + "_sort_index", json => json.WriteNumber("sort_index", place));
    }

    /// <summary>Something that takes a while.</summary>
    public void Complete(int process, long thread, string name, string category, string? colour, long start, long end, Action<Utf8JsonWriter> arguments)
    {
        Begin("X", process, thread, name, start);
        _json.WriteString("cat", category);
        _json.WriteNumber("dur", TraceClock.Microseconds(end - start));
        if (colour is not null)
        {
            _json.WriteString("cname", colour);
        }

        End(arguments);
    }

    /// <summary>Something that happens at a moment.</summary>
    public void Instant(int process, long thread, string name, string category, long time, Action<Utf8JsonWriter> arguments)
    {
        Begin("i", process, thread, name, time);
        _json.WriteString("cat", category);
        _json.WriteString("s", "t");
        End(arguments);
    }

    /// <summary>A quantity that from now on has a value.</summary>
    public void Counter(int process, string name, long time, double value)
    {
        Begin("C", process, 0, name, time);
        End(json => json.WriteNumber("value", value));
    }

    /// <summary>Ends the file.</summary>
    public void Dispose()
    {
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Dispose();
    }

    private void Metadata(int process, long thread, string name, Action<Utf8JsonWriter> arguments)
    {
        Begin("M", process, thread, name, 0);
        End(arguments);
    }

    private void Begin(string phase, int process, long thread, string name, long time)
    {
        _json.WriteStartObject();
        _json.WriteString("ph", phase);
        _json.WriteNumber("pid", process);
        _json.WriteNumber("tid", thread);
        _json.WriteString("name", name);
        _json.WriteNumber("ts", TraceClock.Microseconds(time));
    }

    private void End(Action<Utf8JsonWriter> arguments)
    {
        _json.WriteStartObject("args");
        arguments(_json);
        _json.WriteEndObject();
        _json.WriteEndObject();
        if (_json.BytesPending > MostPending)
        {
            _json.Flush();
        }
    }
}
