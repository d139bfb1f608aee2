using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Straggler.Arrays;

/// <summary>Reads the text of a .npy header: a Python dict literal with the keys descr, fortran_order and shape, and nothing else.</summary>
/// <param name="text">The text, padding and newline included.</param>
internal ref struct NpyHeaderText(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _position;

    /// <summary>Reads the whole text.</summary>
    /// <param name="dataOffset">Where the elements begin in the file.</param>
    /// <exception cref="NpyException">The text is not such a literal.</exception>
    public NpyHeader Read(int dataOffset)
    {
        string? description = null;
        bool? fortranOrder = null;
        ImmutableArray<int>? shape = null;
        Expect('{');
        while (!Accept('}'))
        {
            string key = Text("a key");
            Expect(':');
            switch (key)
            {
                case "descr" when description is null:
                    description = Description();
                    break;
                case "fortran_order" when fortranOrder is null:
                    fortranOrder = Boolean();
                    break;
                case "shape" when shape is null:
                    shape = Shape();
                    break;
                default:
                    throw Fault($"the key '{key}' is unknown or there twice");
            }

            if (!Accept(','))
            {
                Expect('}');
                break;
            }
        }

        if (Peek() != default)
        {
            throw Fault("something follows the closing brace");
        }

        if (description is null || fortranOrder is null || shape is null)
        {
            throw Fault("descr, fortran_order or shape is missing");
        }

        (NpyType type, bool bigEndian) = NpyTypes.Parse(description);
        return new(type, bigEndian, fortranOrder.Value, shape.Value, dataOffset);
    }

    private string Description() =>
        Peek() is '\'' or '"' ? Text("descr") : throw Fault("descr is no text (arrays of records are not read)");

    private bool Boolean()
    {
        foreach (bool value in (ReadOnlySpan<bool>)[false, true])
        {
            ReadOnlySpan<byte> word = value ? "True"u8 : "False"u8;
            _ = Peek();
            if (_text[_position..].StartsWith(word))
            {
                _position += word.Length;
                return value;
            }
        }

        throw Fault("fortran_order is neither True nor False");
    }

    private ImmutableArray<int> Shape()
    {
        ImmutableArray<int>.Builder shape = ImmutableArray.CreateBuilder<int>();
        Expect('(');
        bool comma = true;
        while (!Accept(')'))
        {
            if (!comma)
            {
                throw Fault("the shape's numbers are not parted by commas");
            }

            if (shape.Count == NpyHeader.MaximumDimensions)
            {
                throw Fault($"the shape has more than {NpyHeader.MaximumDimensions} dimensions");
            }

            shape.Add(Size());
            comma = Accept(',');
        }

        return shape.Count == 1 && !comma ? throw Fault("the shape is a number in brackets, not a tuple") : shape.ToImmutable();
    }

    private int Size()
    {
        _ = Peek();
        int start = _position;
        while (_position < _text.Length && char.IsAsciiDigit((char)_text[_position]))
        {
            _position++;
        }

        ReadOnlySpan<byte> digits = _text[start.._position];
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            ? size
            : throw Fault($"the shape's \"{Encoding.ASCII.GetString(digits)}\" is no integer from 0 to {int.MaxValue}");
    }

    private string Text(string what)
    {
        char quote = Peek();
        if (quote is not ('\'' or '"'))
        {
            throw Fault($"{what} in quotes is missing");
        }

        ReadOnlySpan<byte> rest = _text[++_position..];
        int length = rest.IndexOf((byte)quote);
        if (length < 0 || rest[..length].Contains((byte)'\\'))
        {
            throw Fault($"{what} has no closing quote, or a backslash");
        }

        _position += length + 1;
        return Encoding.ASCII.GetString(rest[..length]);
    }

    private void Expect(char mark)
    {
        if (!Accept(mark))
        {
            throw Fault($"'{mark}' is missing");
        }
    }

    private bool Accept(char mark)
    {
        bool there = Peek() == mark;
        _position += there ? 1 : 0;
        return there;
    }

    /// <summary>The next character that is no white space; 0 at the end.</summary>
    private char Peek()
    {
        while (_position < _text.Length && _text[_position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _position++;
        }

        return _position < _text.Length ? (char)_text[_position] : default;
    }

    private readonly NpyException Fault(string fault) => new($"The .npy header is damaged at character {_position}: {fault}.");
}
