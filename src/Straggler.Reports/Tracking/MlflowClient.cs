using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tracking;

/// <summary>Speaks MLflow's REST API 2.0.</summary>
/// <remarks>
/// Source: https://mlflow.org/docs/latest/api_reference/rest-api.html. Redirects are not followed: credentials go to the named server and to
/// no other.
/// </remarks>
/// <param name="settings">The server.</param>
/// <param name="handler">Sends the requests; disposed with it.</param>
/// <param name="time">Times them out.</param>
internal sealed class MlflowClient(MlflowSettings settings, HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    private const int UploadFactor = 30;
    private const string ProxyPath = "/api/2.0/mlflow-artifacts/artifacts";

    private readonly HttpClient _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The experiment's identifier; it is made if missing.</summary>
    public async Task<string> ExperimentAsync(string name, CancellationToken cancellation)
    {
        try
        {
            JsonNode found = await GetAsync($"experiments/get-by-name?experiment_name={Uri.EscapeDataString(name)}", cancellation).ConfigureAwait(false);
            return Text(found, "experiment", "experiment_id");
        }
        catch (MlflowException fault) when (fault.Code == "RESOURCE_DOES_NOT_EXIST")
        {
            return Text(await PostAsync("experiments/create", new() { ["name"] = name }, cancellation).ConfigureAwait(false), "experiment_id");
        }
    }

    /// <summary>Begins a run.</summary>
    /// <returns>Its identifier, and where its artifacts go.</returns>
    public async Task<(string RunId, string ArtifactUri)> CreateRunAsync(
        string experiment, string name, long startTime, IEnumerable<KeyValuePair<string, string>> tags, CancellationToken cancellation)
    {
        JsonNode run = await PostAsync("runs/create", new()
        {
            ["experiment_id"] = experiment,
            ["run_name"] = name,
            ["start_time"] = startTime,
            ["tags"] = Pairs(tags.Append(new("mlflow.runName", name))),
        }, cancellation).ConfigureAwait(false);
        return (Text(run, "run", "info", "run_id"), Text(run, "run", "info", "artifact_uri"));
    }

    /// <summary>Says how a run stands.</summary>
    public Task UpdateRunAsync(string runId, string status, long? endTime, CancellationToken cancellation)
    {
        JsonObject body = new() { ["run_id"] = runId, ["status"] = status };
        if (endTime is { } end)
        {
            body["end_time"] = end;
        }

        return PostAsync("runs/update", body, cancellation);
    }

    /// <summary>Adds parameters, at most 100.</summary>
    public Task LogParametersAsync(string runId, IEnumerable<KeyValuePair<string, string>> parameters, CancellationToken cancellation) =>
        PostAsync("runs/log-batch", new() { ["run_id"] = runId, ["params"] = Pairs(parameters) }, cancellation);

    /// <summary>Adds metrics, at most 1000.</summary>
    public Task LogMetricsAsync(string runId, IEnumerable<MlflowMetric> metrics, CancellationToken cancellation) =>
        PostAsync("runs/log-batch", new()
        {
            ["run_id"] = runId,
            ["metrics"] = new JsonArray([.. metrics.Select(metric => new JsonObject
            {
                ["key"] = metric.Key,
                ["value"] = metric.Value,
                ["timestamp"] = metric.Timestamp,
                ["step"] = metric.Step,
            })]),
        }, cancellation);

    /// <summary>Whether files of a run can be uploaded through the tracking server.</summary>
    public static bool CanUpload(string artifactUri) =>
        Uri.TryCreate(artifactUri, UriKind.Absolute, out Uri? address) && address.Scheme == "mlflow-artifacts" && address.Host.Length == 0;

    /// <summary>Uploads a file through the tracking server.</summary>
    /// <param name="artifactUri">Where the run's artifacts go; see <see cref="CanUpload"/>.</param>
    /// <param name="name">The artifact's path below it.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Gives it up.</param>
    public async Task UploadAsync(string artifactUri, string name, string path, CancellationToken cancellation)
    {
        string place = string.Join('/', $"{new Uri(artifactUri).AbsolutePath.Trim('/')}/{name}".Split('/').Select(part => Uri.EscapeDataString(Uri.UnescapeDataString(part))));
        using FileStream file = RecordFile.OpenShared(path);
        using StreamContent content = new(file);
        await SendAsync(HttpMethod.Put, $"{ProxyPath}/{place}", content, settings.RequestTimeout * UploadFactor, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static JsonArray Pairs(IEnumerable<KeyValuePair<string, string>> pairs) =>
        new([.. pairs.Select(pair => new JsonObject { ["key"] = pair.Key, ["value"] = pair.Value })]);

    private Task<JsonNode> GetAsync(string call, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, "/api/2.0/mlflow/" + call, null, settings.RequestTimeout, cancellation);

    private async Task<JsonNode> PostAsync(string call, JsonObject body, CancellationToken cancellation)
    {
        using JsonContent content = JsonContent.Create(body);

        // With its length told: some servers take no chunks.
        await content.LoadIntoBufferAsync(cancellation).ConfigureAwait(false);
        return await SendAsync(HttpMethod.Post, "/api/2.0/mlflow/" + call, content, settings.RequestTimeout, cancellation).ConfigureAwait(false);
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, HttpContent? content, TimeSpan timeout, CancellationToken cancellation)
    {
        using CancellationTokenSource expiry = new(timeout, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellation);
        using HttpRequestMessage request = new(method, settings.Server.AbsoluteUri.TrimEnd('/') + path) { Content = content };
        request.Headers.Authorization = settings.Authorization;
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, both.Token).ConfigureAwait(false);
            string answer = await response.Content.ReadAsStringAsync(both.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? Parse(answer) : throw Refusal(response.StatusCode, answer);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new MlflowException(FormattableString.Invariant($"no answer within {timeout.TotalSeconds} s"), isTransient: true);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new MlflowException(fault.Message, isTransient: true, fault);
        }
    }

    private static JsonNode Parse(string answer)
    {
        try
        {
            return (answer.Length == 0 ? null : JsonNode.Parse(answer)) ?? new JsonObject();
        }
        catch (JsonException fault)
        {
            throw new MlflowException("the answer is not JSON; is this an MLflow server?", isTransient: false, fault);
        }
    }

    private static MlflowException Refusal(HttpStatusCode status, string answer)
    {
        string code = "", message = "";
        try
        {
            JsonObject? fault = JsonNode.Parse(answer) as JsonObject;
            (code, message) = (fault?["error_code"]?.ToString() ?? "", fault?["message"]?.ToString() ?? "");
        }
        catch (JsonException)
        {
            // A proxy's page, say; the status tells enough.
        }

        bool isTransient = status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;
        return new($"status {(int)status}{(code.Length > 0 ? $", {code}" : "")}{(message.Length > 0 ? $": {message}" : "")}", isTransient) { Code = code };
    }

    private static string Text(JsonNode answer, params ReadOnlySpan<string> path)
    {
        JsonNode? node = answer;
        foreach (string key in path)
        {
            node = (node as JsonObject)?[key];
        }

        return node is JsonValue value ? value.ToString()
            : throw new MlflowException($"the answer has no {string.Join('.', path)}; is this an MLflow server?", isTransient: false);
    }
}

/// <summary>A value of a metric.</summary>
/// <param name="Key">The metric.</param>
/// <param name="Value">The value; finite.</param>
/// <param name="Timestamp">Wall time, in milliseconds since 1970.</param>
/// <param name="Step">The number of arrivals.</param>
internal readonly record struct MlflowMetric(string Key, double Value, long Timestamp, long Step);
