using System.ComponentModel.DataAnnotations;

namespace Straggler.Availability;

/// <summary>When the server learns that a task was lost.</summary>
public enum LossNotice
{
    /// <summary>At the moment of the loss, as from a connection that breaks.</summary>
    AtOnce,

    /// <summary>Not before the timeout: the server only sees that no answer comes.</summary>
    Timeout,
}

/// <summary>The configuration's <c>failure</c> section: tasks that are lost.</summary>
public sealed record FailureOptions : IValidatableObject
{
    /// <summary>Probability that a task is broken off, at a uniformly random point of its work.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }

    /// <summary>Probability that an update is lost on its way to the server, after all the work.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double UploadLoss { get; init; }

    /// <summary>Virtual seconds after which the server gives up a task whose answer has not come; null to wait for ever.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double? Timeout { get; init; }

    /// <summary>When the server learns of losses.</summary>
    public LossNotice Notice { get; init; } = LossNotice.AtOnce;

    /// <summary>Whether nothing is ever lost.</summary>
    public bool IsNever => Dropout == 0 && UploadLoss == 0 && Timeout is null;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Notice == LossNotice.Timeout && Timeout is null)
        {
            yield return new("timeout as the notice needs a timeout, or the server would wait for ever", [nameof(Notice)]);
        }
    }
}
