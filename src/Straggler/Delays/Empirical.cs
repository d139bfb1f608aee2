using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;
using Straggler.Simulation;
using Straggler.Tables;

namespace Straggler.Delays;

/// <summary>Options of <see cref="Empirical"/>.</summary>
public sealed record EmpiricalOptions : IValidatableObject
{
    /// <summary>Measured values.</summary>
    [ElementRange(0, 1e15)]
    public IReadOnlyList<double> Values { get; init; } = [1];

    /// <summary>A CSV file of measured values instead.</summary>
    [InputFile("traces")]
    public string? File { get; init; }

    /// <summary>The file's column that holds them.</summary>
    public string? Column { get; init; }

    /// <summary>Every value is multiplied by this, such as 0.001 for milliseconds.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double Scale { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Values.Count == 0)
        {
            yield return new("has no values to draw from. Expected at least one", [nameof(Values)]);
        }

        if (File is not null && !Values.SequenceEqual(new EmpiricalOptions().Values))
        {
            yield return new("the file brings the values. Expected one of values and file", [nameof(Values)]);
        }

        if (File is null != Column is null)
        {
            yield return new("file and column belong together. Expected both or neither", [nameof(File)]);
        }
        else if (File is not null && Fault() is { } fault)
        {
            yield return new(fault, [nameof(File)]);
        }
    }

    /// <summary>The values to draw from, without the scale.</summary>
    /// <exception cref="TableException">The file cannot be used.</exception>
    internal IReadOnlyList<double> Read() => File is null ? Values : CsvTable.Read(File).Numbers(Column!, positive: false);

    private string? Fault()
    {
        try
        {
            Read();
            return null;
        }
        catch (TableException fault)
        {
            return fault.Message;
        }
    }
}

/// <summary>Draws measured values again, each as likely as the others.</summary>
public sealed class Empirical : IDistribution
{
    private readonly double[] _values;

    /// <summary>Takes or reads the values.</summary>
    /// <exception cref="TableException">The file cannot be used.</exception>
    public Empirical(EmpiricalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _values = [.. options.Read().Select(value => value * options.Scale)];
        Mean = _values.Average();
    }

    /// <inheritdoc/>
    public double Mean { get; }

    /// <inheritdoc/>
    public double Sample(ref RandomStream random) => _values[random.NextInt32(_values.Length)];
}
