using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Straggler.Reports.Tests.Tracking;

/// <summary>A tracking server in memory, written from the description of MLflow's REST API: what it checks is what a server checks.</summary>
internal sealed class FakeMlflow : HttpMessageHandler
{
    private readonly Lock _lock = new();

    /// <summary>Decides, before anything is done, what a request is answered instead; null for the ordinary way.</summary>
    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>> Fault { get; set; } = (_, _) => Task.FromResult<HttpResponseMessage?>(null);

    public string ArtifactRoot { get; set; } = "mlflow-artifacts:/1";

    public Dictionary<string, string> Experiments { get; } = [];

    public Dictionary<string, FakeMlflowRun> Runs { get; } = [];

    public Dictionary<string, byte[]> Artifacts { get; } = [];

    public List<string> Requests { get; } = [];

    /// <summary>An answer of a fault.</summary>
    public static HttpResponseMessage Answer(HttpStatusCode status, string json) => new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string path = request.RequestUri!.AbsolutePath;
        byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        lock (_lock)
        {
            Requests.Add($"{request.Method} {path} {request.Headers.Authorization}".TrimEnd());
        }

        if (await Fault(request, cancellationToken) is { } fault)
        {
            return fault;
        }

        lock (_lock)
        {
            return Handle(request.Method.Method, path, request.RequestUri.Query, body);
        }
    }

    public HttpResponseMessage Handle(string method, string path, string query, byte[] body)
    {
        const string Proxy = "/api/2.0/mlflow-artifacts/artifacts/";
        if (method == "PUT" && path.StartsWith(Proxy, StringComparison.Ordinal))
        {
            Artifacts[Uri.UnescapeDataString(path[Proxy.Length..])] = body;
            return Answer(HttpStatusCode.OK, "{}");
        }

        JsonObject json = body.Length == 0 ? [] : JsonNode.Parse(body)!.AsObject();
        return (method, path) switch
        {
            ("GET", "/api/2.0/mlflow/experiments/get-by-name") => Find(Uri.UnescapeDataString(query["?experiment_name=".Length..])),
            ("POST", "/api/2.0/mlflow/experiments/create") => Create((string)json["name"]!),
            ("POST", "/api/2.0/mlflow/runs/create") => CreateRun(json),
            ("POST", "/api/2.0/mlflow/runs/update") => Update(json),
            ("POST", "/api/2.0/mlflow/runs/log-batch") => Log(json),
            _ => Answer(HttpStatusCode.NotFound, """{"error_code": "ENDPOINT_NOT_FOUND", "message": "no such endpoint"}"""),
        };
    }

    private HttpResponseMessage Find(string name) => Experiments.TryGetValue(name, out string? id)
        ? Answer(HttpStatusCode.OK, $$"""{"experiment": {"experiment_id": "{{id}}", "name": "{{name}}", "lifecycle_stage": "active"} }""")
        : Answer(HttpStatusCode.NotFound, """{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no such experiment"}""");

    private HttpResponseMessage Create(string name)
    {
        Experiments.Add(name, (Experiments.Count + 1).ToString(CultureInfo.InvariantCulture));
        return Answer(HttpStatusCode.OK, $$"""{"experiment_id": "{{Experiments[name]}}"}""");
    }

    private HttpResponseMessage CreateRun(JsonObject json)
    {
        Assert.Contains((string)json["experiment_id"]!, Experiments.Values);
        string id = $"run{Runs.Count}";
        Runs[id] = new((string)json["run_name"]!, (long)json["start_time"]!);
        foreach ((string key, string value) in Pairs(json["tags"]))
        {
            Runs[id].Tags[key] = value;
        }

        return Answer(HttpStatusCode.OK, $$$"""{"run": {"info": {"run_id": "{{{id}}}", "artifact_uri": "{{{ArtifactRoot}}}/{{{id}}}/artifacts", "status": "RUNNING"}, "data": {} } }""");
    }

    private HttpResponseMessage Update(JsonObject json)
    {
        FakeMlflowRun run = Runs[(string)json["run_id"]!];
        run.Status = (string)json["status"]!;
        run.EndTime = (long?)json["end_time"] ?? run.EndTime;
        return Answer(HttpStatusCode.OK, "{}");
    }

    private HttpResponseMessage Log(JsonObject json)
    {
        FakeMlflowRun run = Runs[(string)json["run_id"]!];
        (JsonArray metrics, (string Key, string Value)[] parameters) = (json["metrics"]?.AsArray() ?? [], [.. Pairs(json["params"])]);
        if (metrics.Count > 1000 || parameters.Length > 100 || parameters.Any(pair => pair.Value.Length > 6000))
        {
            return Answer(HttpStatusCode.BadRequest, """{"error_code": "INVALID_PARAMETER_VALUE", "message": "too much"}""");
        }

        foreach ((string key, string value) in parameters)
        {
            if (run.Parameters.TryGetValue(key, out string? before) && before != value)
            {
                return Answer(HttpStatusCode.BadRequest, """{"error_code": "INVALID_PARAMETER_VALUE", "message": "Changing param values is not allowed"}""");
            }

            run.Parameters[key] = value;
        }

        run.Metrics.AddRange(metrics.Select(metric => ((string)metric!["key"]!, (double)metric["value"]!, (long)metric["timestamp"]!, (long)metric["step"]!)));
        return Answer(HttpStatusCode.OK, "{}");
    }

    private static IEnumerable<(string Key, string Value)> Pairs(JsonNode? array) =>
        array?.AsArray().Select(pair => ((string)pair!["key"]!, (string)pair["value"]!)) ?? [];
}

/// <summary>What the server knows of a run.</summary>
internal sealed class FakeMlflowRun(string name, long startTime)
{
    public string Name => name;

    public long StartTime => startTime;

    public string Status { get; set; } = "RUNNING";

    public long? EndTime { get; set; }

    public Dictionary<string, string> Tags { get; } = [];

    public Dictionary<string, string> Parameters { get; } = [];

    public List<(string Key, double Value, long Timestamp, long Step)> Metrics { get; } = [];

    public (double Value, long Step)[] Of(string key) => [.. Metrics.Where(metric => metric.Key == key).Select(metric => (metric.Value, metric.Step))];
}
