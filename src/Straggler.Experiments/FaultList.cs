namespace Straggler.Experiments;

/// <summary>Gathers the faults of a configuration, so that all are reported at once.</summary>
internal sealed class FaultList
{
    private readonly List<ConfigFault> _faults = [];

    public int Count => _faults.Count;

    public void Add(ConfigFault fault) => _faults.Add(fault);

    public void Add(ConfigPlace place, string problem) => Add(new(place, problem));

    /// <summary>Throws if anything is wrong.</summary>
    /// <exception cref="ExperimentConfigException">There are faults.</exception>
    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
        {
            throw new ExperimentConfigException(_faults
                .OrderBy(fault => fault.Place.Source == ConfigPlace.CommandLine)
                .ThenBy(fault => fault.Place.Source, StringComparer.Ordinal)
                .ThenBy(fault => fault.Place.Line)
                .ThenBy(fault => fault.Place.Column));
        }
    }
}
