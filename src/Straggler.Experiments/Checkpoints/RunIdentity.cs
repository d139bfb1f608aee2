using Straggler.Checkpoints;

namespace Straggler.Experiments;

/// <summary>What a checkpoint must have in common with the run that goes on from it.</summary>
/// <param name="Program">The program's version: another one may compute something else.</param>
/// <param name="Configuration">The resolved configuration, but for what may change on the way.</param>
/// <param name="Data">A fingerprint of the data and of who holds it.</param>
/// <param name="Inputs">The files that options name, such as traces: a line for each, its key and a fingerprint of its content.</param>
public sealed record RunIdentity(string Program, string Configuration, string Data, string Inputs)
{
    /// <summary>The identity of a run of this program.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="data">A fingerprint of the data and of who holds it.</param>
    /// <exception cref="IOException">A file that the experiment names cannot be read.</exception>
    public static RunIdentity Of(ExperimentPlan plan, string data)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new(typeof(RunIdentity).Assembly.GetName().Version!.ToString(3), ResumedPlan.Fixed(plan), data, PlanInputs.Fingerprint(plan));
    }

    /// <summary>How the data of a live run begin, whose clients are outside of the process.</summary>
    public const string LiveData = "live, ";

    private bool IsLive => Data.StartsWith(LiveData, StringComparison.Ordinal);

    internal void Save(StateWriter writer)
    {
        writer.Write(Program);
        writer.Write(Configuration);
        writer.Write(Inputs);
        writer.Write(Data);
    }

    /// <summary>Reads an identity and compares it with this one.</summary>
    /// <exception cref="CheckpointException">They differ.</exception>
    internal void Check(StateReader reader)
    {
        RunIdentity found = Read(reader);
        if (found.Program != Program)
        {
            throw new CheckpointException($"was written by Straggler {found.Program}; this is Straggler {Program}, which may compute something else");
        }

        if (found.Configuration != Configuration)
        {
            throw new CheckpointException("belongs to another configuration: " + ConfigDifference.Describe(found.Configuration, Configuration));
        }

        // Before the data, which such a file may deal out: the file is the reason that helps.
        if (found.Inputs != Inputs)
        {
            throw new CheckpointException($"was made with other files: the content of {PlanInputs.Difference(found.Inputs, Inputs)} has changed since");
        }

        if (found.IsLive != IsLive)
        {
            throw new CheckpointException(found.IsLive
                ? "is a live run's, which straggler serve --resume goes on with" : "is a simulation's, which straggler run --resume goes on with");
        }

        if (found.Data != Data)
        {
            throw new CheckpointException("belongs to other data: the data set's content or the clients' shares have changed since");
        }
    }

    private static RunIdentity Read(StateReader reader)
    {
        string program = reader.ReadString(), configuration = reader.ReadString(), inputs = reader.ReadString();
        return new(program, configuration, reader.ReadString(), inputs);
    }
}
