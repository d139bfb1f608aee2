using System.Collections.Immutable;
using Straggler.Reports.Charts;

namespace Straggler.Reports.Pages;

/// <summary>Where the data area of a drawing lies, and where values fall in it.</summary>
internal sealed class SvgFrame
{
    /// <summary>Width of a character in fonts that run wide.</summary>
    private const double CharacterWidth = 7.3;

    /// <summary>Least width per tick asked for; there may be half as many again.</summary>
    private const double TickWidth = 62;

    /// <summary>Least height of a row that has a label.</summary>
    private const double RowHeight = 13.5;

    /// <summary>Most of the width that the labels of rows may take.</summary>
    private const double MostLabelShare = 0.55;

    private readonly Chart _chart;
    private readonly int _mostLetters;

    /// <summary>Lays a chart out.</summary>
    public SvgFrame(Chart chart, SvgSize size)
    {
        _chart = chart;
        Top = 26;
        Bottom = size.HeightOf(chart) - 44;
        YTicks = chart.Y.Scale.Ticks(chart.Y.Scale is CategoryScale ? (int)((Bottom - Top) / RowHeight / 3) : 5);
        _mostLetters = (int)(MostLabelShare * size.Width / CharacterWidth);
        Left = 12 + (CharacterWidth * YTicks.Select(tick => Shortened(tick.Label).Length).DefaultIfEmpty(1).Max());
        XTicks = chart.X.Scale.Ticks(Math.Clamp((int)((size.Width - Left) / TickWidth), 2, size.XTicks));
        Right = size.Width - Math.Max(10, XTicks.IsEmpty ? 0 : CharacterWidth / 2 * XTicks[^1].Label.Length);
    }

    /// <summary>Ticks of the vertical axis.</summary>
    public ImmutableArray<Tick> YTicks { get; }

    /// <summary>Ticks of the horizontal axis.</summary>
    public ImmutableArray<Tick> XTicks { get; }

    /// <summary>Left edge of the data area.</summary>
    public double Left { get; }

    /// <summary>Right edge.</summary>
    public double Right { get; }

    /// <summary>Upper edge.</summary>
    public double Top { get; }

    /// <summary>Lower edge.</summary>
    public double Bottom { get; }

    /// <summary>A label of the vertical axis, cut to what there is room for.</summary>
    public string Shortened(string label) => label.Length <= _mostLetters ? label : label[..(_mostLetters - 1)] + "…";

    /// <summary>Where a horizontal coordinate falls.</summary>
    public double X(double place) =>
        Left + ((Right - Left) * (place - _chart.X.Scale.Low) / (_chart.X.Scale.High - _chart.X.Scale.Low));

    /// <summary>Where a vertical coordinate falls.</summary>
    public double Y(double place) =>
        Bottom - ((Bottom - Top) * (place - _chart.Y.Scale.Low) / (_chart.Y.Scale.High - _chart.Y.Scale.Low));

    /// <summary>Where a point falls.</summary>
    public Point Place(Point point) => new(X(_chart.X.Scale.Place(point.X)), Y(_chart.Y.Scale.Place(point.Y)));
}
