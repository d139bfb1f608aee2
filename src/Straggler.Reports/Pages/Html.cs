using System.Globalization;
using System.Net;
using System.Text;

namespace Straggler.Reports.Pages;

/// <summary>Builds markup. Text is escaped on the way in; only <see cref="Raw"/> is not.</summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    /// <summary>Opens an element.</summary>
    /// <param name="name">The element's name.</param>
    /// <param name="attributes">Names and values; values are escaped.</param>
    public Html Open(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Tag(name, attributes);
        _text.Append('>');
        return this;
    }

    /// <summary>Closes an element.</summary>
    public Html Close(string name)
    {
        _text.Append("</").Append(name).Append('>');
        if (name is not ("td" or "th" or "span" or "a" or "code" or "text"))
        {
            _text.Append('\n');
        }

        return this;
    }

    /// <summary>An element that holds a text.</summary>
    public Html Element(string name, string text, params ReadOnlySpan<(string Name, string Value)> attributes) =>
        Open(name, attributes).Text(text).Close(name);

    /// <summary>Opens a table with a head of column names, and its body.</summary>
    public Html OpenTable(IEnumerable<string> columns)
    {
        Open("table").Open("thead").Open("tr");
        foreach (string column in columns)
        {
            Element("th", column, ("scope", "col"));
        }

        return Close("tr").Close("thead").Open("tbody");
    }

    /// <summary>An element without content, as SVG has them.</summary>
    public Html Empty(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Tag(name, attributes);
        _text.Append("/>");
        return this;
    }

    /// <summary>A text, escaped.</summary>
    public Html Text(string text)
    {
        _text.Append(WebUtility.HtmlEncode(text));
        return this;
    }

    /// <summary>Markup as it is.</summary>
    public Html Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <summary>A length in a drawing, to a tenth of a unit.</summary>
    public static string Length(double value) => Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private void Tag(string name, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _text.Append('<').Append(name);
        foreach ((string attribute, string value) in attributes)
        {
            _text.Append(' ').Append(attribute).Append("=\"").Append(WebUtility.HtmlEncode(value)).Append('"');
        }
    }
}
