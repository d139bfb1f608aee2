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
        List<string> section = [Override("updates", updates)];
        AddIfThere(section, "in_flight", recorded.PathOf("in_flight.csv"));
        if (RecordedRun.IsOfLiveClients(recorded.Path))
        {
            section.Add("replay.live=true");
        }

        PlanLoader loader = ExperimentCommand.CreateLoader();
        ExperimentPlan before = loader.Load(recorded.ConfigFile, []), now = loader.Load(recorded.ConfigFile, overrides);
        bool takesModels = TakesModels(recorded, now, tell);
        if (takesModels)
        {
            section.Add(Override("local_models", recorded.PathOf(LocalModelFile.Table)));
        }

        string initial = recorded.PathOf(ModelFiles.Initial);
        if (File.Exists(initial) && (takesModels || BeginsAsRecorded(recorded, before, now, tell)))
        {
            section.Add(Override("initial", initial));
        }

        return section;
    }

    /// <summary>Whether the recorded local models are those that the replay's server would be answered with.</summary>
    private static bool TakesModels(RunDirectory recorded, ExperimentPlan now, Action<string> tell)
    {
        bool isForeign = now.Training == TrainingMode.None;
        if (!File.Exists(recorded.PathOf(LocalModelFile.Table)) || (isForeign && !File.Exists(recorded.PathOf(ModelFiles.Initial))))
        {
            return false;
        }

        string difference = ReplayedPlan.Difference(recorded, now);
        if (difference.Length > 0)
        {
            tell($"warning: the local models that \"{recorded.Name}\" has kept answer its own versions, and the replay's server sends others ({difference}). "
                + (isForeign ? "Nobody else can train, so there is the timeline and no model." : "So the replay trains."));
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

    private static void AddIfThere(List<string> section, string key, string path)
    {
        if (File.Exists(path))
        {
            section.Add(Override(key, path));
        }
    }

    private static string Override(string key, string path)
    {
        string text = Path.GetFullPath(path).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"replay.{key}=\"{text}\"";
    }
}
