using System.Collections.Immutable;
using System.Globalization;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>The final model's accuracy on each class.</summary>
internal sealed class ClassAccuracyFigure : IFigure
{
    /// <inheritdoc/>
    public string Name => "class-accuracy";

    /// <inheritdoc/>
    public Section Section => Section.Learning;

    /// <inheritdoc/>
    public string Title => "Accuracy of the final model by class";

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        if (run.Evaluations is not { Length: > 0 } rows || !rows[^1].ClassAccuracy.Any(double.IsFinite))
        {
            return FigureContent.Missing("The last evaluation recorded no accuracy by class.");
        }

        EvaluationRow last = rows[^1];
        ImmutableArray<double> classes = last.ClassAccuracy;
        ImmutableArray<string> labels = [.. Enumerable.Range(0, classes.Length).Select(label => label.ToString(CultureInfo.InvariantCulture))];
        Chart chart = new(
            Title,
            new("class (label in the data set)", new CategoryScale(labels)),
            new("test accuracy", LinearScale.Fraction),
            [
                new BarMark("each class", Ink.Blue, [.. classes.Select((accuracy, label) => new Bar(label, 0.72, 0, accuracy))]),
                new LevelMark($"all classes {NumberText.Percent(last.Accuracy)}", Ink.Vermillion, last.Accuracy),
            ]);
        DataTable data = new(["class", "accuracy"], [.. classes.Select<double, ImmutableArray<double>>((accuracy, label) => [label, accuracy])]);
        return new(chart, Caption(run, classes), data, "metrics.csv");
    }

    private static string Caption(RunRecords run, ImmutableArray<double> classes)
    {
        int[] measured = [.. Enumerable.Range(0, classes.Length).Where(label => double.IsFinite(classes[label]))];
        int worst = measured.MinBy(label => classes[label]);
        int best = measured.MaxBy(label => classes[label]);
        return $"Accuracy on the test samples of each class at the last evaluation: from {NumberText.Percent(classes[worst])} " +
            $"({ClassText(run, worst)}) to {NumberText.Percent(classes[best])} ({ClassText(run, best)}).";
    }

    private static string ClassText(RunRecords run, int label)
    {
        string number = string.Create(CultureInfo.InvariantCulture, $"class {label}");
        return run.ClassNames is null ? number : $"{number}, {run.ClassName(label)}";
    }
}
