using System.Globalization;
using System.Text.Json;
using Straggler.Federation;

namespace Straggler.Partitioning;

/// <summary>Partitions in JSON: this library's format, a list of lists, or the mapping from client to list that other tools write.</summary>
internal static class PartitionJson
{
    private const string Format = "straggler.partition/1";

    /// <summary>Writes this library's format, a client a line.</summary>
    public static void Write(TextWriter text, string dataset, int trainCount, int testCount, IReadOnlyList<ClientShard> shards)
    {
        text.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{{\"format\": \"{Format}\", \"dataset\": {JsonSerializer.Serialize(dataset)}, \"train_samples\": {trainCount}, \"test_samples\": {testCount},"));
        text.WriteLine("\"clients\": [");
        for (int client = 0; client < shards.Count; client++)
        {
            string comma = client == shards.Count - 1 ? "" : ",";
            text.WriteLine($"{{\"train\": [{List(shards[client].Train)}], \"test\": [{List(shards[client].Test)}]}}{comma}");
        }

        text.WriteLine("]}");
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="PartitionException">It is no partition, or does not fit.</exception>
    public static void Read(Stream file, PartitionTaker taker)
    {
        using JsonDocument document = Parse(file, taker);
        try
        {
            Read(document.RootElement, taker);
        }
        catch (InvalidOperationException)
        {
            // The reader looks at escapes such as \ud800 only when a name is asked for.
            throw taker.Fault("a name in it is not valid text");
        }
    }

    private static void Read(JsonElement root, PartitionTaker taker)
    {
        switch (root.ValueKind)
        {
            case JsonValueKind.Array:
                ReadList(root, taker);
                break;
            case JsonValueKind.Object when root.TryGetProperty("clients", out JsonElement clients):
                ReadOwn(root, clients, taker);
                break;
            case JsonValueKind.Object:
                ReadMapping(root, taker);
                break;
            default:
                throw taker.Fault("it holds neither a JSON object nor a list");
        }
    }

    private static JsonDocument Parse(Stream file, PartitionTaker taker)
    {
        try
        {
            return JsonDocument.Parse(file);
        }
        catch (JsonException fault)
        {
            throw taker.Fault(string.Create(CultureInfo.InvariantCulture, $"it is not JSON (line {fault.LineNumber + 1}): {fault.Message.TrimEnd('.')}"));
        }
    }

    private static void ReadOwn(JsonElement root, JsonElement clients, PartitionTaker taker)
    {
        if (root.TryGetProperty("train_samples", out JsonElement train) && root.TryGetProperty("test_samples", out JsonElement test))
        {
            taker.MadeFor(Number(train, "train_samples", taker), Number(test, "test_samples", taker));
        }

        if (clients.ValueKind != JsonValueKind.Array)
        {
            throw taker.Fault("\"clients\" is not a list");
        }

        ReadList(clients, taker);
    }

    /// <summary>A list of clients, each a list of training samples or an object with "train" and perhaps "test".</summary>
    private static void ReadList(JsonElement clients, PartitionTaker taker)
    {
        taker.HoldsClients(clients.GetArrayLength());
        foreach ((int client, JsonElement entry) in clients.EnumerateArray().Index())
        {
            ReadClient(client, entry, taker);
        }
    }

    private static void ReadMapping(JsonElement root, PartitionTaker taker)
    {
        taker.HoldsClients(root.EnumerateObject().Count());
        foreach (JsonProperty entry in root.EnumerateObject())
        {
            ReadClient(int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int client)
                ? client : throw taker.Fault($"client \"{entry.Name}\" is unknown. Clients are numbered from 0"), entry.Value, taker);
        }
    }

    private static void ReadClient(int client, JsonElement entry, PartitionTaker taker)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            ReadSamples(client, entry, taker, taker.Train);
            return;
        }

        if (!entry.TryGetProperty("train", out JsonElement train))
        {
            throw taker.Fault(string.Create(CultureInfo.InvariantCulture, $"client {client} has no \"train\""));
        }

        ReadSamples(client, train, taker, taker.Train);
        if (entry.TryGetProperty("test", out JsonElement test))
        {
            taker.DealsTest();
            ReadSamples(client, test, taker, taker.Test);
        }
    }

    private static void ReadSamples(int client, JsonElement samples, PartitionTaker taker, Action<int, int> take)
    {
        string where = string.Create(CultureInfo.InvariantCulture, $"client {client}");
        if (samples.ValueKind != JsonValueKind.Array)
        {
            throw taker.Fault($"{where}: expected a list of sample numbers");
        }

        foreach (JsonElement sample in samples.EnumerateArray())
        {
            take(client, Number(sample, where, taker));
        }
    }

    private static int Number(JsonElement element, string where, PartitionTaker taker) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int number)
            ? number : throw taker.Fault($"{where}: {element.GetRawText()} is not a sample number");

    private static string List(int[] samples) =>
        string.Join(',', samples.Select(sample => sample.ToString(CultureInfo.InvariantCulture)));
}
