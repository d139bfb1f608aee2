using System.ComponentModel.DataAnnotations;
using Straggler.Arrays;
using Straggler.Checkpoints;
using Straggler.Cli.Commands;
using Straggler.Configuration;
using Straggler.Experiments;
using Straggler.Flower;
using Straggler.Partitioning;
using Straggler.Reports;
using Straggler.Torch.Datasets;
using Straggler.Torch.Models;
using Straggler.Torch.NativeLoading;

namespace Straggler.Cli.Display;

/// <summary>Turns failures into messages that a user can act on.</summary>
internal static class FailureReport
{
    /// <summary>Set to 1 to see where in the code a failure arose.</summary>
    private const string DebugVariable = "STRAGGLER_DEBUG";

    /// <summary>Writes the message.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(Exception failure, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(failure);
        Exception cause = failure is AggregateException { InnerExceptions.Count: 1 } ? failure.InnerException! : failure;
        output.WriteLine(Message(cause));
        if (Environment.GetEnvironmentVariable(DebugVariable) == "1")
        {
            output.WriteLine(failure);
        }

        return ExitCode(cause);
    }

    /// <summary>What went wrong, in words for the user.</summary>
    public static string Message(Exception failure) => failure switch
    {
        NativeLoadException => failure.Message,
        _ when SaysWhatIsWrong(failure) => failure.Message,
        OperationCanceledException => "Cancelled.",
        IOException or UnauthorizedAccessException => $"A file could not be read or written: {failure.Message}",
        OutOfMemoryException => "Out of memory. A lower concurrency or a smaller model needs less.",
        _ => $"{failure.Message}\nThis is a defect or a condition we did not foresee. {DebugVariable}=1 shows where it arose.",
    };

    /// <summary>Whether it is about what the user gave, and its message is written for them.</summary>
    private static bool SaysWhatIsWrong(Exception failure) => failure is ExperimentConfigException or InvalidOptionException or PartitionException
        or DatasetException or ModelShapeException or RunDirectoryException or ReportException or CheckpointException or FlowerException
        or NpyException or ValidationException;

    private static int ExitCode(Exception failure) => failure switch
    {
        IOException or UnauthorizedAccessException => ExitCodes.BadInput,
        _ when SaysWhatIsWrong(failure) => ExitCodes.BadInput,
        OperationCanceledException => ExitCodes.Interrupted,
        _ => ExitCodes.Failure,
    };
}
