using Straggler.Experiments;
using Straggler.Lab.Running;
using Straggler.Recording;
using Straggler.Reports.Records;

namespace Straggler.Cli.Running;

/// <summary>The overrides that have a configuration follow a recorded run: its section <c>replay</c>.</summary>
internal static class ReplaySection
{
    /// <summary>Says what of a recorded run is followed.</summary>
    /// <param name="recorded">The recorded run.</param>
    /// <param name="overrides">What the user changes of its configuration.</param>
    /// <param name="tell">Told of what cannot be followed.</param>
    /// <exception cref="RunDirectoryException">The run has no record.</exception>
    /// <exception cref="ExperimentConfigException">A change is wrong.</exception>
    public static IReadOnlyList<string> Of(RunDirectory recorded, IReadOnlyList<string> overrides, Action<string> tell)
    {
        string updates = UpdateRows.Find(recorded.Path)
            ?? throw new RunDirectoryException($"\"{recorded.Path}\" has no updates.csv and no updates.parquet, so there is no timeline to follow (recording.updates: off?).");

        // A live run that was killed has no summary that says so; a model of its own to begin with has none but a live one.
        bool isLive = RecordedRun.IsOfLiveClients(recorded.Path) || FileOf(recorded, ModelFiles.Initial) is not null;
        string? inFlight = FileOf(recorded, "in_flight.csv");
        string[] timeline =
        [
            Override("updates", updates),
            .. inFlight is null ? Array.Empty<string>() : [Override("in_flight", inFlight)],
            .. isLive ? ["replay.live=true"] : Array.Empty<string>(),
        ];
        PlanLoader loader = ExperimentCommand.CreateLoader();
        string[] alone = [.. timeline, Override("local_models", null), Override("initial", null)];
        ExperimentPlan before = LoadRecorded(loader, recorded, timeline, alone, tell), now = loader.Load(recorded.ConfigFile, [.. overrides, .. alone]);

        // The record of a replay has both where the replay had them.
        string? initial = FileOf(recorded, ModelFiles.Initial) ?? before.Replay?.Initial;
        string? models = FileOf(recorded, LocalModelFile.Table) ?? before.Replay?.LocalModels;
        bool takesModels = models is not null && (initial is not null || now.Training == TrainingMode.Local) && Answer(loader, models, now, tell);
        bool begins = initial is not null && (takesModels || BeginsAsRecorded(recorded, before, now, tell));
        return [.. timeline, Override("local_models", takesModels ? models : null), Override("initial", begins ? initial : null)];
    }

    /// <summary>
    /// Loads a record's plan, whose strategy need be none that can be replayed; of a replay whose own record is gone, with its own timeline,
    /// and without the models that it took from there.
    /// </summary>
    private static ExperimentPlan LoadRecorded(PlanLoader loader, RunDirectory recorded, string[] timeline, string[] alone, Action<string> tell)
    {
        ExperimentConfigException? fault = null;
        foreach (string[] changes in (string[][])[[], timeline])
        {
            try
            {
                return loader.Load(recorded.ConfigFile, changes);
            }
            catch (ExperimentConfigException found)
            {
                fault = found;
            }
        }

        ExperimentPlan plan = loader.Load(recorded.ConfigFile, alone);
        tell($"warning: \"{recorded.Name}\" is itself a replay, and the models that it took cannot be taken again: {fault!.Message}");
        return plan;
    }

    /// <summary>Whether recorded local models answer the versions that the replay's server would send.</summary>
    private static bool Answer(PlanLoader loader, string models, ExperimentPlan now, Action<string> tell)
    {
        RunDirectory run = RunDirectory.Open(Path.GetDirectoryName(models)!);
        string difference = ReplayedPlan.Difference(loader, run, now);
        if (difference.Length > 0)
        {
            tell($"warning: the local models that \"{run.Name}\" has kept answer its own versions, and the replay's server sends others ({difference}). "
                + (now.Training == TrainingMode.Local ? "So the replay trains." : "Nobody else can train, so there is the timeline and no model."));
        }

        return difference.Length == 0;
    }

    /// <summary>Whether the replay trains the recorded model, so that it can begin as that one did.</summary>
    private static bool BeginsAsRecorded(RunDirectory recorded, ExperimentPlan before, ExperimentPlan now, Action<string> tell)
    {
        if (now.Training == TrainingMode.None)
        {
            return false; // Nobody trains, so there is no model.
        }

        bool isSame = before.Training == now.Training && before.Model.Architecture.Equals(now.Model.Architecture) && before.Dataset.Name == now.Dataset.Name;
        if (!isSame)
        {
            tell($"warning: \"{recorded.Name}\" began with the model in its {ModelFiles.Initial}, which is another one than the replay trains; the replay begins with the one that the seed makes.");
        }

        return isSame;
    }

    private static string? FileOf(RunDirectory recorded, string name) => File.Exists(recorded.PathOf(name)) ? recorded.PathOf(name) : null;

    private static string Override(string key, string? path)
    {
        string? text = path is null ? null : Path.GetFullPath(path).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return text is null ? $"replay.{key}=null" : $"replay.{key}=\"{text}\"";
    }
}
