using System.Collections.Immutable;

namespace Straggler.Configuration;

/// <summary>A table from configuration names to the components they stand for.</summary>
/// <remarks>Read by the configuration loader, by error messages and by <c>straggler list</c>.</remarks>
public interface ICatalog
{
    /// <summary>What the entries are, singular, as error messages say it: "strategy".</summary>
    string Kind { get; }

    /// <summary>The entries in the order they are listed.</summary>
    IReadOnlyList<ICatalogEntry> Entries { get; }

    /// <summary>Binds an entry to options.</summary>
    /// <param name="entry">An entry of this catalog.</param>
    /// <param name="options">An instance of the entry's <see cref="ICatalogEntry.OptionsType"/>.</param>
    /// <returns>A <c>Choice&lt;T&gt;</c> of the catalog's component type.</returns>
    IChoice Choose(ICatalogEntry entry, object options);

    /// <summary>Reads a text that is no entry's name (an expression, say) as a choice.</summary>
    /// <param name="text">The configured text.</param>
    /// <returns>The choice, or null where the catalog has names only.</returns>
    /// <exception cref="FormatException">The text was meant as an expression and is wrong; the message points at the character.</exception>
    IChoice? ChooseFromText(string text);
}

/// <summary>One line of a catalog.</summary>
public interface ICatalogEntry
{
    /// <summary>The configuration name, lower case.</summary>
    string Name { get; }

    /// <summary>One sentence for <c>straggler list</c>.</summary>
    string Summary { get; }

    /// <summary>The paper or site it comes from, or an empty string.</summary>
    string Source { get; }

    /// <summary>The record that holds the options.</summary>
    Type OptionsType { get; }
}

/// <summary>A catalog entry together with its options.</summary>
public interface IChoice
{
    /// <summary>The entry's name, or the text that was read.</summary>
    string Name { get; }

    /// <summary>The options record.</summary>
    object Options { get; }
}

/// <summary>A configured component: its entry, its options, and how to make it.</summary>
/// <typeparam name="T">The component's contract.</typeparam>
/// <param name="Name">The entry's name, or the text that was read.</param>
/// <param name="Options">The options record.</param>
/// <param name="Factory">Makes the component from the options.</param>
public sealed record Choice<T>(string Name, object Options, Func<object, T> Factory) : IChoice
{
    /// <summary>Makes the component.</summary>
    public T Create() => Factory(Options);
}

/// <summary>An options record without options.</summary>
public sealed record NoOptions;

/// <summary>A table of components of one contract.</summary>
/// <typeparam name="T">The contract.</typeparam>
/// <param name="kind">What the entries are, singular: "strategy".</param>
/// <param name="entries">The lines of the table.</param>
/// <param name="fromText">Reads texts that are not names, or null.</param>
public sealed class Catalog<T>(string kind, IEnumerable<Catalog<T>.Entry> entries, Func<string, Choice<T>?>? fromText = null) : ICatalog
{
    private readonly ImmutableArray<Entry> _entries = [.. entries];

    /// <inheritdoc/>
    public string Kind { get; } = kind;

    /// <inheritdoc/>
    public IReadOnlyList<ICatalogEntry> Entries => [.. _entries];

    /// <summary>Chooses an entry with its default options.</summary>
    /// <param name="name">The entry's name.</param>
    /// <exception cref="ArgumentException">No entry has the name.</exception>
    public Choice<T> Choose(string name)
    {
        Entry entry = _entries.FirstOrDefault(entry => entry.Name == name)
            ?? throw new ArgumentException($"There is no {Kind} \"{name}\".", nameof(name));
        return new(entry.Name, Activator.CreateInstance(entry.OptionsType)!, entry.Create);
    }

    /// <summary>The table with one line more.</summary>
    /// <param name="entry">The line.</param>
    /// <exception cref="ArgumentException">There is an entry of this name.</exception>
    public Catalog<T> With(Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return _entries.All(other => other.Name != entry.Name)
            ? new(Kind, _entries.Add(entry), fromText)
            : throw new ArgumentException($"There is a {Kind} \"{entry.Name}\" already.", nameof(entry));
    }

    /// <inheritdoc/>
    public IChoice Choose(ICatalogEntry entry, object options) => new Choice<T>(entry.Name, options, ((Entry)entry).Create);

    /// <inheritdoc/>
    public IChoice? ChooseFromText(string text) => fromText?.Invoke(text);

    /// <summary>One line of the table.</summary>
    /// <param name="Name">The configuration name.</param>
    /// <param name="Summary">One sentence for <c>straggler list</c>.</param>
    /// <param name="Source">The paper or site it comes from.</param>
    /// <param name="OptionsType">The options record; it has a parameterless constructor.</param>
    /// <param name="Create">Makes the component from its options.</param>
    public sealed record Entry(string Name, string Summary, string Source, Type OptionsType, Func<object, T> Create) : ICatalogEntry;

    /// <summary>Makes a line of the table.</summary>
    public static Entry Line<TOptions>(string name, string summary, string source, Func<TOptions, T> create)
        where TOptions : class, new() => new(name, summary, source, typeof(TOptions), options => create((TOptions)options));
}
