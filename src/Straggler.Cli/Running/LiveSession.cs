using System.Net;
using Straggler.Cli.Commands;
using Straggler.Experiments;
using Straggler.Flower.Live;
using Straggler.Flower.Models;
using Straggler.Flower.Server;
using Straggler.Lab.Running;
using Straggler.Recording;

namespace Straggler.Cli.Running;

/// <summary>Puts <c>straggler serve</c> together: a run whose clients are those of a Flower server.</summary>
internal static class LiveSession
{
    private static readonly TimeProvider _clock = TimeProvider.System;

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
        PreparedExperiment? experiment = plan.Training == TrainingMode.None ? null : PreparedExperiment.Prepare(
            plan, request.Run.Workers, display.Stage, cancellation, initial: problem => LiveModels.Read(request.Initial, problem));
        try
        {
            LiveModel? model = experiment is null ? null : LiveModels.Of(experiment.Problem);
            FlowerServer server = await FlowerServer.StartAsync(OptionsFor(plan, request.Server, model), _clock, display.Stage, cancellation).ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                ClientRoster roster = ClientRoster.Open(server, plan.ClientCount, _clock, display.Stage);
                Welcome(request, server, display);
                try
                {
                    if (experiment is null)
                    {
                        (WireLayout layout, InitialModel initial) = await InitialAsync(request, roster, cancellation).ConfigureAwait(false);
                        model = LiveModels.Of(layout);
                        experiment = PreparedExperiment.PrepareForeign(plan, initial);
                        display.Stage($"The model has {layout.Parameters.Length} elements in {layout.Tensors.Length} {(layout.Tensors.Length == 1 ? "array" : "arrays")}; clients evaluate it");
                    }

                    await roster.WaitForAsync(request.MinimumClients, cancellation).ConfigureAwait(false);
                    experiment.GoLive(new(
                        new LiveClients(roster, model!, plan.Model.Local),
                        experiment.Trains ? null : new FederatedEvaluator(roster, model!, plan.ClientCount, request.EvaluationClients, cancellation)));
                    using RunSession session = resumed is null
                        ? RunSession.Begin(plan, experiment, RunDirectory.Create(request.Run.Parent, plan), started, Console.Error.WriteLine)
                        : RunSession.Resume(plan, experiment, resumed, started, Console.Error.WriteLine);
                    RunSummary summary = await ExperimentRun.RunAsync(
                        plan, experiment, session, request.Run.Workers, display, cancellation, () => server.StopAsync(TimeSpan.Zero)).ConfigureAwait(false);
                    ExperimentCommand.Present(request.Run, summary, session.Directory);
                    return summary.IsCancelled ? ExitCodes.Interrupted : ExitCodes.Success;
                }
                finally
                {
                    await server.StopAsync(TimeSpan.Zero).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            experiment?.Dispose();
        }
    }

    private static FlowerServerOptions OptionsFor(ExperimentPlan plan, FlowerServerOptions options, LiveModel? model) => options with
    {
        // Who has joined may turn out to be nobody: they must not keep out those who come for the numbers.
        MaximumClients = (int)Math.Min((2L * plan.ClientCount) + 100, 1_000_000),
        MaximumConnections = Math.Max(options.MaximumConnections, (int)Math.Min(4L * plan.ClientCount, 1_000_000)),

        // Nothing that is of use is longer than the model in its widest type, and what is told besides.
        MaximumMessageBytes = model is null ? options.MaximumMessageBytes
            : (int)Math.Min(model.Layout.LargestByteCount + options.MaximumDescriptionBytes, int.MaxValue),

        // The run looks at every update itself, and records those that are not finite.
        AllowNonFinite = true,
    };

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

    private static async Task<(WireLayout Layout, InitialModel Model)> InitialAsync(ServeRequest request, ClientRoster roster, CancellationToken cancellation) =>
        request.Initial is null or LiveModels.FromClient
            ? await roster.AskParametersAsync(LiveModels.Take, cancellation).ConfigureAwait(false)
            : LiveModels.Read(request.Initial);
}
