using System.Globalization;

namespace Straggler.Staleness;

/// <summary>Recursive descent over the grammar of <see cref="StalenessExpression"/>.</summary>
internal sealed class ExpressionParser(string text)
{
    private const int MaximumDepth = 64;
    private int _at;
    private int _depth;

    public Func<double, double> ParseAll()
    {
        Func<double, double> value = Sum();
        char next = Peek();
        return _at == text.Length ? value : throw Wrong($"unexpected '{next}'");
    }

    private Func<double, double> Sum()
    {
        Func<double, double> left = Product();
        while (Peek() is '+' or '-')
        {
            char sign = Take();
            Func<double, double> a = left, b = Product();
            left = sign == '+' ? s => a(s) + b(s) : s => a(s) - b(s);
        }

        return left;
    }

    private Func<double, double> Product()
    {
        Func<double, double> left = Signed();
        while (Peek() is '*' or '/')
        {
            char sign = Take();
            Func<double, double> a = left, b = Signed();
            left = sign == '*' ? s => a(s) * b(s) : s => a(s) / b(s);
        }

        return left;
    }

    private Func<double, double> Signed()
    {
        if (++_depth > MaximumDepth)
        {
            throw Wrong("too deeply nested");
        }

        Func<double, double> value;
        if (Peek() is '-' or '+')
        {
            bool negative = Take() == '-';
            Func<double, double> a = Signed();
            value = negative ? s => -a(s) : a;
        }
        else
        {
            value = Power();
        }

        _depth--;
        return value;
    }

    private Func<double, double> Power()
    {
        Func<double, double> a = Atom();
        if (!TakePowerSign())
        {
            return a;
        }

        Func<double, double> b = Signed();
        return s => Math.Pow(a(s), b(s));
    }

    private bool TakePowerSign()
    {
        bool caret = Peek() == '^';
        bool stars = !caret && Peek() == '*' && _at + 1 < text.Length && text[_at + 1] == '*';
        _at += caret ? 1 : stars ? 2 : 0;
        return caret || stars;
    }

    private Func<double, double> Atom()
    {
        char next = Peek();
        if (next == '(')
        {
            Take();
            Func<double, double> inside = Sum();
            Expect(')');
            return inside;
        }

        if (char.IsAsciiDigit(next) || next == '.')
        {
            double number = Number();
            return _ => number;
        }

        return char.IsAsciiLetter(next) ? Named() : throw Wrong(next == '\0' ? "something is missing at the end" : $"unexpected '{next}'");
    }

    private double Number()
    {
        int start = _at;
        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.' || IsExponent(start)))
        {
            _at++;
        }

        string digits = text[start.._at];
        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            _at = start;
            throw Wrong($"\"{digits}\" is not a number");
        }

        return number;
    }

    private bool IsExponent(int start) => _at > start && (text[_at] is 'e' or 'E'
        ? _at + 1 < text.Length && (char.IsAsciiDigit(text[_at + 1]) || text[_at + 1] is '+' or '-')
        : text[_at] is '+' or '-' && text[_at - 1] is 'e' or 'E');

    private Func<double, double> Named()
    {
        int start = _at;
        while (_at < text.Length && char.IsAsciiLetterOrDigit(text[_at]))
        {
            _at++;
        }

        string name = text[start.._at];
        switch (name)
        {
            case "s" or "tau":
                return s => s;
            case "e":
                return _ => Math.E;
            case "pi":
                return _ => Math.PI;
            case "exp" or "log" or "sqrt" or "abs":
                return OneArgument(name);
            case "min" or "max":
                return TwoArguments(name);
            default:
                _at = start;
                throw Wrong($"\"{name}\" is unknown; allowed are s, e, pi, exp, log, sqrt, abs, min, max");
        }
    }

    private Func<double, double> OneArgument(string name)
    {
        Expect('(');
        Func<double, double> a = Sum();
        Expect(')');
        return name switch
        {
            "exp" => s => Math.Exp(a(s)),
            "log" => s => Math.Log(a(s)),
            "sqrt" => s => Math.Sqrt(a(s)),
            _ => s => Math.Abs(a(s)),
        };
    }

    private Func<double, double> TwoArguments(string name)
    {
        Expect('(');
        Func<double, double> a = Sum();
        Expect(',');
        Func<double, double> b = Sum();
        Expect(')');
        return name == "min" ? s => Math.Min(a(s), b(s)) : s => Math.Max(a(s), b(s));
    }

    private char Peek()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }

        return _at < text.Length ? text[_at] : '\0';
    }

    private char Take()
    {
        char next = Peek();
        _at++;
        return next;
    }

    private void Expect(char wanted)
    {
        if (Peek() != wanted)
        {
            throw Wrong($"expected '{wanted}'");
        }

        _at++;
    }

    private FormatException Wrong(string what) => new($"\"{text}\", character {_at + 1}: {what}");
}
