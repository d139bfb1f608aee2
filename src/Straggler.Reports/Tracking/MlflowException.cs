namespace Straggler.Reports.Tracking;

/// <summary>A tracking server that is not there, or refused a request.</summary>
/// <param name="message">What it said.</param>
/// <param name="isTransient">Whether the same request may succeed later.</param>
/// <param name="inner">The cause.</param>
internal sealed class MlflowException(string message, bool isTransient, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the same request may succeed later.</summary>
    public bool IsTransient => isTransient;

    /// <summary>MLflow's name for the error; empty where it gave none.</summary>
    public string Code { get; init; } = "";
}
