using Straggler.Experiments;
using Straggler.Reports.Tracking;

namespace Straggler.Lab.Running;

/// <summary>Puts together what tracking needs: configuration, environment, network.</summary>
internal static class Mlflow
{
    /// <summary>Sends requests, to the named server alone: neither redirects nor cookies are followed.</summary>
    public static HttpMessageHandler CreateHandler() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5) };

    /// <summary>Where a plan's run is tracked.</summary>
    /// <exception cref="Reports.ReportException">No server is named, or its address is not usable.</exception>
    public static MlflowSettings Settings(MlflowOptions options) =>
        MlflowSettings.From(options.Uri, options.Experiment, Environment.GetEnvironmentVariable) with { RunName = options.RunName, Artifacts = options.Artifacts };

    /// <summary>Tracks a run that goes on.</summary>
    /// <param name="runDirectory">The run directory.</param>
    /// <param name="options">Where it is tracked.</param>
    /// <param name="warn">Told of what could not be sent.</param>
    /// <exception cref="Reports.ReportException">No server is named, or its address is not usable.</exception>
    public static MlflowTracker Track(string runDirectory, MlflowOptions options, Action<string> warn) =>
        new(runDirectory, Settings(options), CreateHandler(), TimeProvider.System, warn);
}
