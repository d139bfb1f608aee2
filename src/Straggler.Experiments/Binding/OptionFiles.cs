using Straggler.Experiments.Yaml;

namespace Straggler.Experiments.Binding;

/// <summary>Finds the files beside an experiment that hold the options of one strategy, model or availability.</summary>
/// <param name="experimentFile">The experiment's file, or null where there is none.</param>
/// <param name="faults">Receives what is wrong with the files.</param>
internal sealed class OptionFiles(string? experimentFile, FaultList faults)
{
    private static readonly Dictionary<string, string> _folders = new() { ["strategy"] = "strategies", ["model"] = "models", ["availability"] = "availability" };

    /// <summary>Reads the options of a component, from <c>strategies/NAME.yaml</c> or <c>NAME.yaml</c> beside the experiment.</summary>
    /// <param name="section">The section's path.</param>
    /// <param name="name">The component's name, as its catalog has it.</param>
    /// <returns>The options, or null where there is no such file.</returns>
    public ConfigMap? Read(string section, string name)
    {
        if (experimentFile is null || !_folders.TryGetValue(section, out string? folder))
        {
            return null;
        }

        string beside = Path.GetDirectoryName(experimentFile) ?? "";
        string[] candidates = [Path.Combine(beside, folder, name + ".yaml"), Path.Combine(beside, name + ".yaml")];
        string? file = candidates.FirstOrDefault(path => File.Exists(path) && Path.GetFullPath(path) != Path.GetFullPath(experimentFile));
        return file is null ? null : ConfigFile.Read(file, faults);
    }
}
