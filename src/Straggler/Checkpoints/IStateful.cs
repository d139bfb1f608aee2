namespace Straggler.Checkpoints;

/// <summary>Part of a run whose state a checkpoint holds.</summary>
public interface IStateful
{
    /// <summary>Writes the state.</summary>
    void Save(StateWriter writer);

    /// <summary>Takes over the state that <see cref="Save"/> wrote for an equal part of an equal run.</summary>
    /// <exception cref="CheckpointException">The state is of another part.</exception>
    void Load(StateReader reader);
}
