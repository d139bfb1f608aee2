namespace Straggler.Checkpoints;

/// <summary>Keeps the state of a run where a later process finds it.</summary>
public interface ICheckpointKeeper
{
    /// <summary>Keeps the state; called on the loop's thread, when nothing is half done.</summary>
    /// <param name="run">The run.</param>
    /// <param name="arrivals">Arrivals processed so far.</param>
    void Keep(IStateful run, long arrivals);
}
