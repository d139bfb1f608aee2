using System.CommandLine;

namespace Straggler.Cli.Commands;

/// <summary>The option <c>--workers</c>, the same for every command that trains.</summary>
internal static class WorkersOption
{
    /// <summary>Makes the option.</summary>
    public static Option<int> Create()
    {
        Option<int> workers = new("--workers")
        {
            Description = "Threads that train clients; results do not depend on it.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        workers.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1024)
            {
                result.AddError($"--workers: {result.GetValueOrDefault<int>()} is out of range. Expected an integer from 1 to 1024.");
            }
        });
        return workers;
    }
}
