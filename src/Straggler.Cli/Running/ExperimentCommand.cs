using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Spectre.Console;
using Straggler.Cli.Commands;
using Straggler.Cli.Display;
using Straggler.Experiments;
using Straggler.Federation;
using Straggler.Recording;
using Straggler.Reports;
using Straggler.Reports.TensorBoard;
using Straggler.Simulation;
using Straggler.Torch;

namespace Straggler.Cli.Running;

/// <summary>Runs an experiment from its configuration to its run directory.</summary>
internal static class ExperimentCommand
{
    private const string DefaultConfiguration = "configs/experiment.yaml";
    private static readonly TimeProvider _clock = TimeProvider.System;

    /// <summary>Does what was asked.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(RunRequest request, CancellationToken cancellation)
    {
        long started = _clock.GetTimestamp();
        ExperimentPlan plan = LoadPlan(request);
        IRunDisplay display = ChooseDisplay(request);
        Warn(plan);
        using PreparedExperiment experiment = PreparedExperiment.Prepare(plan, request.Workers, display.Stage, cancellation);
        RunDirectory directory = RunDirectory.Create(request.Parent, plan);
        using RunRecorder recorder = new(directory, plan, _clock);
        SimulationResult result = await SimulateAsync(plan, experiment, recorder, display, cancellation).ConfigureAwait(false);
        RunSummary summary = Finish(request, plan, experiment, recorder, result, started);
        Present(request, summary, directory);
        return result.StopReason == StopReason.Cancelled ? ExitCodes.Interrupted : ExitCodes.Success;
    }

    private static ExperimentPlan LoadPlan(RunRequest request)
    {
        string? file = request.ConfigurationFile ?? (File.Exists(DefaultConfiguration) ? DefaultConfiguration : null);
        string[] name = request.Name is null ? [] : [$"name={request.Name}"];
        return new PlanLoader(new(TorchBuiltIns.Models, TorchBuiltIns.Datasets)).Load(file, [.. request.Overrides, .. name]);
    }

    private static async Task<SimulationResult> SimulateAsync(
        ExperimentPlan plan, PreparedExperiment experiment, RunRecorder recorder, IRunDisplay display, CancellationToken cancellation)
    {
        using TensorBoardObserver? tensorBoard = plan.Logging.Tensorboard ? new(recorder.Directory.Path, _clock) : null;
        RunProgress progress = new(plan.Rounds, _clock);
        IRunObserver[] observers = tensorBoard is null ? [recorder, progress] : [recorder, tensorBoard, progress];
        using FederatedSimulation simulation = experiment.CreateSimulation(observers);
        Task<SimulationResult> run = Task.Run(() => simulation.RunAsync(cancellation), CancellationToken.None);
        await display.ShowAsync(progress, run).ConfigureAwait(false);
        return await run.ConfigureAwait(false);
    }

    private static IRunDisplay ChooseDisplay(RunRequest request) =>
        request.Quiet ? new NoDisplay()
        : Console.IsErrorRedirected ? new LineDisplay(Console.Error)
        : new TerminalDisplay(AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }), _clock);

    private static void Warn(ExperimentPlan plan)
    {
        if (plan.Logging.Wandb)
        {
            Console.Error.WriteLine("warning: logging.wandb: Weights & Biases is not supported; the run goes on without it. logging.tensorboard is.");
        }
    }

    private static RunSummary Finish(
        RunRequest request, ExperimentPlan plan, PreparedExperiment experiment, RunRecorder recorder, SimulationResult result, long started)
    {
        RunDirectory directory = recorder.Directory;
        float[] parameters = experiment.CanonicalParameters();
        if (experiment.Trains)
        {
            SafeTensorsFile.Write(directory.PathOf("model.safetensors"), experiment.Problem.Layout, parameters);
        }

        RunSummary summary = RunSummaryFactory.Create(result, new(
            directory.Name,
            plan.Seed,
            plan.Strategy.Name,
            _clock.GetElapsedTime(started),
            experiment.TrainingTime,
            experiment.EvaluationTime,
            request.Workers,
            PeakMemory(),
            Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(parameters)))));
        recorder.Dispose();
        recorder.Finish(summary, ClientRecords.Create(result, experiment.Population));
        ReportWriter.Write(directory.Path);
        return summary;
    }

    private static long PeakMemory()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static void Present(RunRequest request, RunSummary summary, RunDirectory directory)
    {
        if (request.Json)
        {
            Console.WriteLine(SummaryJson.ToJson(summary).TrimEnd());
        }
        else if (!request.Quiet)
        {
            SummaryTable.Write(AnsiConsole.Console, summary, directory.Path);
        }
    }
}
