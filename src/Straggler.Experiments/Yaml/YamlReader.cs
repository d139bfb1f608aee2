using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Straggler.Experiments.Yaml;

/// <summary>Reads one YAML document into nodes, with its faults' places.</summary>
/// <remarks>
/// Aliases are resolved; what they expand to counts against <see cref="MaxNodes"/>, so that a few lines of nested aliases cannot fill
/// the memory.
/// </remarks>
internal sealed class YamlReader
{
    public const int MaxDepth = 32;
    public const int MaxNodes = 20_000;

    private readonly Parser _parser;
    private readonly Func<Mark, ConfigPlace> _placeAt;
    private readonly FaultList _faults;
    private readonly Dictionary<string, (ConfigNode Node, int Size)> _anchors = [];
    private int _size;

    private YamlReader(string text, Func<Mark, ConfigPlace> placeAt, FaultList faults)
    {
        _parser = new(new StringReader(text));
        _placeAt = placeAt;
        _faults = faults;
    }

    /// <summary>Reads a document.</summary>
    /// <param name="text">The text.</param>
    /// <param name="placeAt">Turns the parser's marks into places.</param>
    /// <param name="faults">Receives what is wrong.</param>
    /// <returns>The root; null for an empty document, or where the text cannot be read.</returns>
    public static ConfigNode? Read(string text, Func<Mark, ConfigPlace> placeAt, FaultList faults)
    {
        YamlReader reader = new(text, placeAt, faults);
        try
        {
            return reader.ReadDocument();
        }
        catch (OwnFault exception)
        {
            faults.Add(placeAt(exception.Start), exception.Message);
        }
        catch (YamlException exception)
        {
            faults.Add(YamlFaults.Explain(exception, text, placeAt));
        }
        catch (InvalidOperationException)
        {
            // The scanner of YamlDotNet 18 falls over some texts ("{\n1e3? ", for one) instead of rejecting them.
            faults.Add(placeAt(reader._parser.Current?.End ?? Mark.Empty), "the YAML is not well formed after this place");
        }

        return null;
    }

    private ConfigNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            return null;
        }

        ConfigNode root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        return _parser.Current is DocumentStart second
            ? throw Wrong(second, "a second document begins here; a configuration is one document")
            : root;
    }

    private ConfigNode ReadNode(int depth)
    {
        ParsingEvent next = _parser.Consume<ParsingEvent>();
        int sizeBefore = _size;
        Count(next, 1);
        if (depth > MaxDepth)
        {
            throw Wrong(next, $"values are nested more than {MaxDepth} deep");
        }

        ConfigPlace place = _placeAt(next.Start);
        ConfigNode node = next switch
        {
            AnchorAlias alias => Resolve(alias),
            Scalar scalar => new ConfigScalar(place, scalar.Value, IsPlain(scalar)),
            SequenceStart => ReadList(place, depth),
            MappingStart => ReadMap(place, depth),
            _ => throw Wrong(next, "a value is expected here"),
        };
        if (next is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            _anchors[anchored.Anchor.Value] = (node, _size - sizeBefore);
        }

        return node;
    }

    private static bool IsPlain(Scalar scalar) => scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific
        ? scalar.Style == ScalarStyle.Plain
        : scalar.Tag.Value == "tag:yaml.org,2002:str"
            ? false
            : throw Wrong(scalar, $"the tag \"{scalar.Tag.Value}\" is not supported; write the value without it");

    private ConfigNode Resolve(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out (ConfigNode Node, int Size) anchor))
        {
            throw Wrong(alias, $"the alias \"*{alias.Value.Value}\" names no value above it");
        }

        Count(alias, anchor.Size);
        return anchor.Node;
    }

    private ConfigList ReadList(ConfigPlace place, int depth)
    {
        List<ConfigNode> items = [];
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth + 1));
        }

        return new(place, items);
    }

    private ConfigMap ReadMap(ConfigPlace place, int depth)
    {
        Dictionary<string, ConfigEntry> entries = [];
        List<ConfigNode> merged = [];
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (ReadNode(depth + 1) is not ConfigScalar key)
            {
                throw Wrong(_parser.Current!, "a key is a single word");
            }

            ConfigNode value = ReadNode(depth + 1);
            if (key is { Text: "<<", Plain: true })
            {
                merged.Add(value);
            }
            else if (!entries.TryAdd(key.Text, new(key.Text, key.Place, value)))
            {
                _faults.Add(key.Place, $"\"{key.Text}\" is given twice; it first stands at {entries[key.Text].KeyPlace}");
            }
        }

        merged.ForEach(source => Merge(source, entries));
        return new(place, [.. entries.Values]);
    }

    /// <summary>YAML's merge key: what is written beside it wins over what it brings.</summary>
    private void Merge(ConfigNode source, Dictionary<string, ConfigEntry> entries)
    {
        foreach (ConfigNode part in source is ConfigList list ? list.Items : [source])
        {
            if (part is not ConfigMap map)
            {
                _faults.Add(part.Place, "\"<<\" merges mappings only");
                continue;
            }

            foreach (ConfigEntry entry in map.Entries)
            {
                entries.TryAdd(entry.Key, entry);
            }
        }
    }

    private void Count(ParsingEvent at, int nodes)
    {
        _size += nodes;
        if (_size > MaxNodes)
        {
            throw Wrong(at, $"the document has more than {MaxNodes} values (aliases counted where they are used)");
        }
    }

    private static OwnFault Wrong(ParsingEvent at, string message) => new(at.Start, at.End, message);

    /// <summary>What this reader does not accept, as against what is no YAML at all.</summary>
    private sealed class OwnFault(Mark start, Mark end, string message) : YamlException(start, end, message);
}
