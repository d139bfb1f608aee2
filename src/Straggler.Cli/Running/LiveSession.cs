using System.Globalization;
using System.Net;
using Straggler.Arrays;
using Straggler.Cli.Commands;
using Straggler.Configuration;
using Straggler.Experiments;
using Straggler.Flower.Live;
using Straggler.Flower.Server;
using Straggler.Lab.Running;
using Straggler.Recording;

namespace Straggler.Cli.Running;

/// <summary>Puts <c>straggler serve</c> together: a run whose clients are those of a Flower server.</summary>
internal static class LiveSession
{
    private static readonly TimeProvider _clock = TimeProvider.System;
    private static readonly TimeSpan _afterFailure = TimeSpan.FromSeconds(10);

    /// <summary>Does what was asked.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ServeRequest request, CancellationToken cancellation)
    {
        long started = _clock.GetTimestamp();
        IRunDisplay display = ExperimentCommand.ChooseDisplay(request.Run);
        RunDirectory? resumed = request.Run.Resume is null ? null : RunDirectory.Open(request.Run.Resume);
        ExperimentPlan plan = LivePlan.Load(request, resumed, display.Stage);
        if (resumed is not null && ExperimentCommand.PresentFinished(request.Run, resumed, plan))
        {
            return ExitCodes.Success;
        }

        ExperimentCommand.Warn(plan);
        using LivePlace place = LivePlace.Take(request, plan, resumed, display.Stage, cancellation);
        CheckLargestMessage(request, place.Model);
        FlowerServer server = await FlowerServer.StartAsync(OptionsFor(plan, request, place.Model), _clock, display.Stage, cancellation).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            // Whoever comes to a server that fails is to come again: it may be started anew.
            TimeSpan comeAgain = _afterFailure;
            try
            {
                ClientRoster roster = ClientRoster.Open(server, plan.ClientCount, _clock, display.Stage);
                Welcome(request, server, display);
                await GatherAsync(request, place, (server, roster), display, cancellation).ConfigureAwait(false);
                using RunSession session = await StartAsync(request, place, roster, started, cancellation).ConfigureAwait(false);
                RunSummary summary = await ExperimentRun.RunAsync(
                    plan, place.Experiment, session, request.Run.Workers, display, cancellation, () => server.StopAsync(TimeSpan.Zero)).ConfigureAwait(false);
                ExperimentCommand.Present(request.Run, summary, session.Directory);
                comeAgain = TimeSpan.Zero;
                return summary.IsCancelled ? ExitCodes.Interrupted : ExitCodes.Success;
            }
            catch (OperationCanceledException)
            {
                // Before clients are told, which takes its time: who presses Ctrl-C again meanwhile leaves no taken name behind.
                place.Dispose();
                comeAgain = TimeSpan.Zero;
                throw;
            }
            finally
            {
                await server.StopAsync(comeAgain).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Begins the run, or goes on with it, when there are clients enough, unless nothing is left to do.</summary>
    private static async Task<RunSession> StartAsync(
        ServeRequest request, LivePlace place, ClientRoster roster, long started, CancellationToken cancellation)
    {
        // Of a run that was killed the files are loaded first, for they say whether it was over; nothing is lost of it if nobody comes.
        RunSession? killed = place.WasKilled ? place.Start(started) : null;
        try
        {
            if (killed is not { IsOver: true })
            {
                await roster.WaitForAsync(request.MinimumClients, cancellation).ConfigureAwait(false);
            }
        }
        catch
        {
            killed?.Dispose();
            throw;
        }

        return killed ?? place.Start(started);
    }

    /// <summary>Waits for a client's model, if there is none yet; then the run is one of live clients.</summary>
    private static async Task GatherAsync(
        ServeRequest request, LivePlace place, (FlowerServer Server, ClientRoster Roster) federation, IRunDisplay display, CancellationToken cancellation)
    {
        ClientRoster roster = federation.Roster;
        if (place.Model is null)
        {
            (WireLayout layout, InitialModel initial) = await roster.AskParametersAsync(LiveModels.Take, cancellation).ConfigureAwait(false);
            place.Begin(layout, initial);
            if (request.MaximumMessageBytes is null)
            {
                federation.Server.LimitMessages(LongestReply(place.Model!, request.Server));
            }
        }

        LiveModel model = place.Model!;
        PreparedExperiment experiment = place.Experiment;
        if (!experiment.Trains)
        {
            display.Stage($"The model has {model.Layout.Parameters.Length} elements in {model.Layout.Tensors.Length} {(model.Layout.Tensors.Length == 1 ? "array" : "arrays")}; clients evaluate it");
        }

        experiment.GoLive(new(
            new LiveClients(roster, model, place.Plan.Model.Local),
            experiment.Trains ? null : new FederatedEvaluator(roster, model, place.Plan.ClientCount, request.Evaluation, cancellation),
            model.Layout.ElementBytes));
    }

    private static FlowerServerOptions OptionsFor(ExperimentPlan plan, ServeRequest request, LiveModel? model) => request.Server with
    {
        // Who has joined may turn out to be nobody: they must not keep out those who come for the numbers.
        MaximumClients = (int)Math.Min((2L * plan.ClientCount) + 100, 1_000_000),
        MaximumConnections = request.MaximumConnections
            ?? Math.Max(request.Server.MaximumConnections, (int)Math.Min(4L * plan.ClientCount, 1_000_000)),
        MaximumMessageBytes = request.MaximumMessageBytes
            ?? (model is null ? request.Server.MaximumMessageBytes : (int)Math.Min(LongestReply(model, request.Server), int.MaxValue)),
    };

    /// <summary>A server that could not read the model would drop every client at its first answer.</summary>
    /// <exception cref="InvalidOptionException">The largest message is smaller than the model.</exception>
    private static void CheckLargestMessage(ServeRequest request, LiveModel? model)
    {
        const int AroundAnArray = 16, Besides = 1024;
        if (model is null || request.MaximumMessageBytes is not { } allowed)
        {
            return;
        }

        long bytes = model.Layout.ByteCount, needed = bytes + (model.Layout.Tensors.Length * AroundAnArray) + Besides;
        if (allowed < needed)
        {
            throw new InvalidOptionException("--max-message", string.Create(CultureInfo.InvariantCulture,
                $"the model alone takes {bytes} bytes, and messages may have {allowed}. Expected at least {Math.Ceiling(needed * 1000.0 / (1 << 20)) / 1000} (MiB)"));
        }
    }

    /// <summary>Nothing that is of use is longer than the model in its widest type, and what is told besides.</summary>
    private static long LongestReply(LiveModel model, FlowerServerOptions options) => model.Layout.LargestByteCount + options.MaximumDescriptionBytes;

    private static void Welcome(ServeRequest request, FlowerServer server, IRunDisplay display)
    {
        FlowerServerOptions options = request.Server;
        if (options.IsOpen)
        {
            string risks = (options.Token is null ? "anyone who reaches it can take part" : "")
                + (options.Token is null && options.CertificateFile is null ? ", and " : "")
                + (options.CertificateFile is null ? "nothing is encrypted" : "");
            Console.Error.WriteLine($"WARNING: the server listens on {options.Address}, which other machines can reach{(risks.Length > 0 ? $": {risks} (--token-file, --certificate)" : "")}.");
        }

        display.Stage($"Listening on {new IPEndPoint(options.Address, server.Port)}, waiting for {request.MinimumClients} client{(request.MinimumClients == 1 ? "" : "s")}");
    }
}
