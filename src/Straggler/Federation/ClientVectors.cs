using Straggler.Checkpoints;

namespace Straggler.Federation;

/// <summary>A vector for each client that has one: the memory of strategies that remember every client's last update.</summary>
/// <remarks>Takes clients seen × length × 4 bytes: 1.7 GB for 1,000 clients of a model of 425,000 parameters.</remarks>
/// <param name="clientCount">Number of clients n.</param>
/// <param name="length">Elements of each vector.</param>
public sealed class ClientVectors(int clientCount, int length) : IStateful
{
    private readonly float[]?[] _vectors = new float[]?[clientCount];

    /// <summary>Clients that have a vector.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a client has a vector.</summary>
    public bool Has(int client) => _vectors[client] is not null;

    /// <summary>A client's vector, to read and to write; zeros at first.</summary>
    public Span<float> Of(int client)
    {
        if (_vectors[client] is not { } vector)
        {
            Count++;
            vector = _vectors[client] = new float[length];
        }

        return vector;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Count);
        for (int client = 0; client < _vectors.Length; client++)
        {
            if (_vectors[client] is { } vector)
            {
                writer.Write(client);
                writer.Write<float>(vector);
            }
        }
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Array.Clear(_vectors);
        Count = 0;
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            int client = reader.ReadInt32();
            reader.ReadInto(client >= 0 && client < _vectors.Length ? Of(client)
                : throw new CheckpointException($"has a vector of client {client}, of {_vectors.Length}"));
        }
    }
}
