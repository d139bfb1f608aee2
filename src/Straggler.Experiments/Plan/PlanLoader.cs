using Straggler.Experiments.Binding;
using Straggler.Experiments.Yaml;

namespace Straggler.Experiments;

/// <summary>Reads experiments: a YAML file, the option files beside it and <c>key=value</c> overrides, into a validated plan.</summary>
/// <remarks>
/// The command line wins over the experiment's file, that over the option files of the chosen strategy and model, those over the
/// defaults. Thread-safe.
/// </remarks>
/// <param name="catalogs">What configurations can name.</param>
public sealed class PlanLoader(ConfigurationCatalogs catalogs)
{
    /// <summary>Loads an experiment.</summary>
    /// <param name="file">The experiment's file; null for the defaults alone.</param>
    /// <param name="overrides">Arguments such as <c>strategy.buffer_size=8</c>; values are YAML.</param>
    /// <exception cref="ExperimentConfigException">Anything is wrong; it carries every fault.</exception>
    public ExperimentPlan Load(string? file, IReadOnlyList<string> overrides)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        FaultList faults = new();
        ConfigMap? root = file is null ? null : ConfigFile.Read(file, faults);
        return Bind(root, file, Override.ReadAll(overrides, faults), faults);
    }

    /// <summary>Loads an experiment with overrides that know where they were written.</summary>
    /// <exception cref="ExperimentConfigException">Anything is wrong; it carries every fault.</exception>
    internal ExperimentPlan LoadWith(string? file, IReadOnlyList<ConfigMap> overrides)
    {
        FaultList faults = new();
        ConfigMap? root = file is null ? null : ConfigFile.Read(file, faults);
        return Bind(root, file, overrides, faults);
    }

    /// <summary>Reads an experiment from a text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="source">What messages call it.</param>
    /// <param name="overrides">Arguments such as <c>strategy.buffer_size=8</c>.</param>
    /// <exception cref="ExperimentConfigException">Anything is wrong; it carries every fault.</exception>
    public ExperimentPlan Parse(string yaml, string source, params IReadOnlyList<string> overrides)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        FaultList faults = new();
        return Bind(ConfigFile.Parse(yaml, source, faults), file: null, Override.ReadAll(overrides, faults), faults);
    }

    /// <summary>Binds a section that belongs to no experiment.</summary>
    /// <param name="section">Its key and what stands there.</param>
    /// <param name="faults">Receives what is wrong.</param>
    internal T BindAlone<T>(ConfigEntry section, FaultList faults)
        where T : class
    {
        Section givens = Section.Open(section.Key, [new(Layer.Experiment, section.Key, section.Key, section.KeyPlace, section.Value)], null, faults);
        UnknownKeys unknown = new(faults);
        unknown.Watch(givens);
        T record = (T)new RecordBinder(catalogs, new(null, faults), new(null), unknown, faults).Bind(typeof(T), null, givens);
        unknown.Report();
        return record;
    }

    private ExperimentPlan Bind(ConfigMap? experiment, string? file, IReadOnlyList<ConfigMap> overrides, FaultList faults)
    {
        bool readable = faults.Count == 0 || experiment is not null;
        Section root = new("", new(file ?? ConfigPlace.Defaults));
        root.Add(Layer.Defaults, PlanDefaults.Names, "");
        if (experiment is not null)
        {
            root.Add(Layer.Experiment, experiment, "");
        }

        foreach (ConfigMap given in overrides)
        {
            root.Add(Layer.CommandLine, given, "");
        }

        if (!readable)
        {
            // What the file would have said is unknown, so nothing more can be said about the overrides.
            faults.ThrowIfAny();
        }

        Shorthands.Expand(root, faults);
        UnknownKeys unknown = new(faults);
        unknown.Watch(root);
        RecordBinder binder = new(catalogs, new(file, faults), new(file), unknown, faults);
        ExperimentPlan plan = (ExperimentPlan)binder.Bind(typeof(ExperimentPlan), null, root);
        unknown.Report();
        faults.ThrowIfAny();
        return plan;
    }
}
