namespace Straggler.Flower.Server;

/// <summary>Decides whether a message may come.</summary>
internal interface IMessageJudge
{
    /// <summary>Lets a message come, when there is room for it.</summary>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="compressed">Whether it is compressed.</param>
    /// <param name="whole">Whether it is here already.</param>
    /// <param name="cancellation">Gives up waiting for room.</param>
    /// <returns>Makes room when disposed of; null where none was taken.</returns>
    /// <exception cref="IOException">The message may not come.</exception>
    ValueTask<IDisposable?> AdmitAsync(long length, bool compressed, bool whole, CancellationToken cancellation);
}
