using Straggler.Checkpoints;

namespace Straggler.Experiments;

/// <summary>What a checkpoint must have in common with the run that goes on from it.</summary>
/// <param name="Program">The program's version: another one may compute something else.</param>
/// <param name="Configuration">The resolved configuration, but for what may change on the way.</param>
/// <param name="Data">A fingerprint of the data and of who holds it.</param>
public sealed record RunIdentity(string Program, string Configuration, string Data)
{
    /// <summary>The identity of a run of this program.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="data">A fingerprint of the data and of who holds it.</param>
    public static RunIdentity Of(ExperimentPlan plan, string data) =>
        new(typeof(RunIdentity).Assembly.GetName().Version!.ToString(3), ResumedPlan.Fixed(plan), data);

    internal void Save(StateWriter writer)
    {
        writer.Write(Program);
        writer.Write(Configuration);
        writer.Write(Data);
    }

    /// <summary>Reads an identity and compares it with this one.</summary>
    /// <exception cref="CheckpointException">They differ.</exception>
    internal void Check(StateReader reader)
    {
        RunIdentity found = new(reader.ReadString(), reader.ReadString(), reader.ReadString());
        if (found.Program != Program)
        {
            throw new CheckpointException($"was written by Straggler {found.Program}; this is Straggler {Program}, which may compute something else");
        }

        if (found.Configuration != Configuration)
        {
            throw new CheckpointException("belongs to another configuration: " + ConfigDifference.Describe(found.Configuration, Configuration));
        }

        if (found.Data != Data)
        {
            throw new CheckpointException("belongs to other data: the data set's content or the clients' shares have changed since");
        }
    }
}
