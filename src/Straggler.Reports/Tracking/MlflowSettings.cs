using System.Net.Http.Headers;
using System.Text;

namespace Straggler.Reports.Tracking;

/// <summary>Where a run is tracked.</summary>
public sealed record MlflowSettings
{
    /// <summary>The tracking server's address, such as <c>http://127.0.0.1:5000</c>.</summary>
    public required Uri Server { get; init; }

    /// <summary>The experiment's name; it is made if missing.</summary>
    public string Experiment { get; init; } = "straggler";

    /// <summary>What the run is called there; null for its directory's name.</summary>
    public string? RunName { get; init; }

    /// <summary>Whether the run's files are uploaded at its end.</summary>
    public bool Artifacts { get; init; } = true;

    /// <summary>Sent with each request; null for none.</summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>How long a request may take; uploads take 30 times as long.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a run that has ended is kept waiting for what is still to be sent.</summary>
    public TimeSpan EndTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The pause after a request that failed; it doubles up to a minute.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Settings as MLflow's own client takes them from the environment.</summary>
    /// <param name="server">The address; null or empty for <c>MLFLOW_TRACKING_URI</c>.</param>
    /// <param name="experiment">The experiment; null for <c>MLFLOW_EXPERIMENT_NAME</c>, or <c>straggler</c>.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="ReportException">There is no address, or it is not usable.</exception>
    public static MlflowSettings From(string? server, string? experiment, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        string? Variable(string name) => variable(name) is { Length: > 0 } value ? value : null;
        string text = string.IsNullOrEmpty(server) ? Variable("MLFLOW_TRACKING_URI") ?? throw new ReportException(
            "MLflow: no tracking server is named. Set logging.mlflow.uri (or --uri), or the environment variable MLFLOW_TRACKING_URI, such as http://127.0.0.1:5000.") : server;
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
        {
            throw new ReportException("MLflow: the tracking server's address is not usable. Expected http://HOST:PORT or https://..., with user and password, "
                + "if any, in MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.");
        }

        AuthenticationHeaderValue? authorization = Variable("MLFLOW_TRACKING_TOKEN") is { } token ? new("Bearer", token)
            : Variable("MLFLOW_TRACKING_USERNAME") is { } user
                ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{Variable("MLFLOW_TRACKING_PASSWORD")}")))
            : null;
        return new() { Server = address, Experiment = experiment ?? Variable("MLFLOW_EXPERIMENT_NAME") ?? "straggler", Authorization = authorization };
    }
}
