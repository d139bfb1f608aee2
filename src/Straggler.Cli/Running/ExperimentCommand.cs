using Spectre.Console;
using Straggler.Cli.Commands;
using Straggler.Cli.Display;
using Straggler.Experiments;
using Straggler.Lab.Running;
using Straggler.Recording;

namespace Straggler.Cli.Running;

/// <summary>Runs an experiment from its configuration to its run directory.</summary>
internal static class ExperimentCommand
{
    private static readonly TimeProvider _clock = TimeProvider.System;

    /// <summary>The configuration that is used where none is named, if there is one.</summary>
    public static string? DefaultConfiguration => File.Exists("configs/experiment.yaml") ? "configs/experiment.yaml" : null;

    /// <summary>Does what was asked.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="cancellation">Ends the run early, with its results.</param>
    /// <param name="afterwards">Told of a run that came to its end.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(RunRequest request, CancellationToken cancellation, Action<RunDirectory>? afterwards = null)
    {
        long started = _clock.GetTimestamp();
        RunDirectory? resumed = request.Resume is null ? null : RunDirectory.Open(request.Resume);
        ExperimentPlan plan = resumed is null ? LoadPlan(request) : ResumedPlan.Load(CreateLoader(), resumed, request.Overrides);
        if (resumed is not null && PresentFinished(request, resumed, plan))
        {
            return ExitCodes.Success;
        }

        IRunDisplay display = ChooseDisplay(request);
        Warn(plan);
        using PreparedExperiment experiment = PreparedExperiment.Prepare(plan, request.Workers, display.Stage, cancellation);
        using RunSession session = resumed is null
            ? RunSession.Begin(plan, experiment, RunDirectory.Create(request.Parent, plan), started, Console.Error.WriteLine)
            : RunSession.Resume(plan, experiment, resumed, started, Console.Error.WriteLine);
        RunSummary summary = await ExperimentRun.RunAsync(plan, experiment, session, request.Workers, display, cancellation).ConfigureAwait(false);
        Present(request, summary, session.Directory);
        if (summary.IsCancelled)
        {
            return ExitCodes.Interrupted;
        }

        afterwards?.Invoke(session.Directory);
        return ExitCodes.Success;
    }

    /// <summary>Loads an experiment; without a file, from configs/experiment.yaml if there is one.</summary>
    public static ExperimentPlan LoadPlan(string? file, IReadOnlyList<string> overrides) =>
        CreateLoader().Load(file ?? DefaultConfiguration, overrides);

    /// <summary>Loads the experiment of a request.</summary>
    public static ExperimentPlan LoadPlan(RunRequest request)
    {
        string[] name = request.Name is null ? [] : [$"name={request.Name}"];
        ExperimentPlan plan = LoadPlan(request.ConfigurationFile, [.. request.Overrides, .. name]);
        return request is { Name: null, Replayed: { } replayed } ? plan with { Name = $"{plan.Strategy.Name}-over-{replayed}" } : plan;
    }

    /// <summary>Reads configurations that can name every built-in.</summary>
    public static PlanLoader CreateLoader() => PlanLoading.CreateLoader();

    /// <summary>Says so and prints what it came to if a run that shall go on is finished, with budgets no larger than it had.</summary>
    /// <returns>Whether it is: there is nothing to do.</returns>
    public static bool PresentFinished(RunRequest request, RunDirectory directory, ExperimentPlan plan)
    {
        if (PlanWriter.ToYaml(ResumedPlan.Recorded(CreateLoader(), directory)) != PlanWriter.ToYaml(plan) || RunResults.Finished(directory) is not { } finished)
        {
            return false;
        }

        Console.Error.WriteLine(
            $"\"{directory.Path}\" is finished, after {finished.Arrivals} arrivals. A larger budget, such as rounds={2 * plan.Rounds}, goes on with it.");
        Present(request, finished, directory);
        return true;
    }

    /// <summary>The display that suits standard error.</summary>
    public static IRunDisplay ChooseDisplay(RunRequest request) =>
        request.Quiet ? new NoDisplay()
        : Console.IsErrorRedirected ? new LineDisplay(Console.Error)
        : new TerminalDisplay(AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }), _clock);

    /// <summary>Says what of a plan has no effect, and refuses what cannot be used.</summary>
    public static void Warn(ExperimentPlan plan)
    {
        if (plan.Logging.Wandb)
        {
            Console.Error.WriteLine("warning: logging.wandb: Weights & Biases is not supported; the run goes on without it. logging.tensorboard and logging.mlflow are, and docs/tracking.md shows how a finished run gets there.");
        }

        if (plan.Logging.Mlflow is { } mlflow)
        {
            Mlflow.Settings(mlflow); // Refuses what is not usable before anything is loaded or made.
        }
    }

    /// <summary>Prints what a run came to.</summary>
    public static void Present(RunRequest request, RunSummary summary, RunDirectory directory)
    {
        if (request.Json)
        {
            Console.WriteLine(SummaryJson.ToJson(summary).TrimEnd());
        }
        else if (!request.Quiet)
        {
            SummaryTable.Write(AnsiConsole.Console, summary, directory.Path);
        }

        if (request.Profile)
        {
            ProfileTable.Write(request.Json ? Console.Error : Console.Out, summary);
        }
    }
}
