using Straggler.Configuration;

namespace Straggler.Experiments.Binding;

/// <summary>Finds the files that options name.</summary>
/// <param name="experimentFile">The experiment's file, or null where there is none.</param>
internal sealed class InputFiles(string? experimentFile)
{
    private const string DataVariable = "STRAGGLER_DATA";

    /// <summary>Looks for a file: beside the experiment, then in the folder of <c>STRAGGLER_DATA</c>. The command line starts where it is typed.</summary>
    /// <param name="name">The name, as it was given.</param>
    /// <param name="layer">Who gives it.</param>
    /// <param name="kind">What the option says about it.</param>
    /// <param name="looked">Every place that was looked at.</param>
    /// <returns>The full path, or null if it is nowhere.</returns>
    public string? Find(string name, Layer layer, InputFileAttribute kind, out IReadOnlyList<string> looked)
    {
        looked = [.. Places(name, layer, kind).Select(Path.GetFullPath).Distinct()];
        return looked.FirstOrDefault(File.Exists);
    }

    private IEnumerable<string> Places(string name, Layer layer, InputFileAttribute kind)
    {
        if (Path.IsPathRooted(name) || layer == Layer.CommandLine || experimentFile is null)
        {
            yield return name;
        }

        if (Path.IsPathRooted(name))
        {
            yield break;
        }

        if (experimentFile is not null)
        {
            yield return Path.Combine(Path.GetDirectoryName(experimentFile) ?? "", name);
        }

        if (Environment.GetEnvironmentVariable(DataVariable) is { Length: > 0 } data)
        {
            yield return Path.Combine(data, kind.DataFolder, name);
            yield return Path.Combine(data, name);
        }
    }
}
