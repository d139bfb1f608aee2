namespace Straggler.Experiments.Binding;

/// <summary>Finds the keys that nothing understands.</summary>
/// <remarks>Works when everything is bound: only then all known keys are known, and a key can be recognised as one of another section.</remarks>
internal sealed class UnknownKeys(FaultList faults)
{
    private readonly List<Section> _sections = [];

    /// <summary>Has a section's keys checked in the end.</summary>
    public void Watch(Section section) => _sections.Add(section);

    /// <summary>Reports every unknown key.</summary>
    public void Report()
    {
        foreach (Section section in _sections)
        {
            foreach (Given given in section.Givens.Where(given => !section.KnownKeys.Contains(given.Key)))
            {
                faults.Add(new(given.KeyPlace, section.WhoseKey(given.Key) ?? "is an unknown key")
                {
                    Path = given.Path,
                    Expected = section.ListedKeys.Count == 0
                        ? "There are no options here"
                        : "Allowed: " + string.Join(", ", section.ListedKeys),
                    Suggestion = Suggestions.Nearest(given.Key, section.KnownKeys) ?? Elsewhere(given.Key),
                });
            }
        }
    }

    private string? Elsewhere(string key) => _sections
        .Where(section => section.KnownKeys.Contains(key))
        .Select(section => Section.Join(section.Path, key))
        .FirstOrDefault();
}
