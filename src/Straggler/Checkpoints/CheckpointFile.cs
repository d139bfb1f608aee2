using System.Security.Cryptography;

namespace Straggler.Checkpoints;

/// <summary>The frame around a checkpoint's state: a mark, the format's version, the state, and a SHA-256 of all that.</summary>
/// <remarks>
/// Mark (8 bytes), version (int32), state, SHA-256 of everything before it (32 bytes); little-endian. Mark, version and checksum keep
/// their places in every version of the format, so that damage and another version can always be told apart.
/// </remarks>
public static class CheckpointFile
{
    /// <summary>The version that is written and read.</summary>
    public const int FormatVersion = 3;

    private const int HashLength = SHA256.HashSizeInBytes;

    private static ReadOnlySpan<byte> Mark => "STRAGGLE"u8;

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="file">Receives it; written in one pass from where it stands.</param>
    /// <param name="save">Writes the state.</param>
    public static void Write(Stream file, Action<StateWriter> save)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(save);
        using HashingStream hashed = new(file);
        hashed.Write(Mark);
        hashed.Write(BitConverter.GetBytes(FormatVersion));
        using (StateWriter writer = new(hashed))
        {
            save(writer);
        }

        file.Write(hashed.Hash());
    }

    /// <summary>Checks that a file is a whole, unharmed checkpoint, of whatever version.</summary>
    /// <param name="file">The file, which can seek; read from its beginning.</param>
    /// <exception cref="CheckpointException">It is not.</exception>
    public static void Verify(Stream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        long left = file.Length - HashLength;
        file.Position = 0;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[1 << 20];
        while (left > 0)
        {
            int length = (int)Math.Min(left, block.Length);
            file.ReadExactly(block, 0, length);
            hash.AppendData(block, 0, length);
            left -= length;
        }

        byte[] expected = new byte[HashLength];
        if (left < 0 || file.ReadAtLeast(expected, HashLength, throwOnEndOfStream: false) < HashLength
            || !hash.GetHashAndReset().AsSpan().SequenceEqual(expected))
        {
            throw new CheckpointException("is damaged or cut short: its checksum does not fit");
        }
    }

    /// <summary>Reads a checkpoint that <see cref="Verify"/> found unharmed.</summary>
    /// <param name="file">The file, which can seek; read from its beginning.</param>
    /// <param name="load">Reads the state, all of it.</param>
    /// <exception cref="CheckpointException">It is no checkpoint, or of another version, or its state is another one.</exception>
    public static void Read(Stream file, Action<StateReader> load)
    {
        ReadHead(file, load);
        if (file.Position != file.Length - HashLength)
        {
            throw new CheckpointException("holds more than this program knows of");
        }
    }

    /// <summary>Reads the beginning of the state of a checkpoint that <see cref="Verify"/> found unharmed.</summary>
    /// <param name="file">The file, which can seek; read from its beginning.</param>
    /// <param name="load">Reads as much of the state as it likes.</param>
    /// <exception cref="CheckpointException">It is no checkpoint, or of another version, or its state is another one.</exception>
    public static void ReadHead(Stream file, Action<StateReader> load)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(load);
        file.Position = 0;
        Span<byte> head = stackalloc byte[12];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !head[..8].SequenceEqual(Mark))
        {
            throw new CheckpointException("is not a checkpoint");
        }

        int version = BitConverter.ToInt32(head[8..]);
        if (version != FormatVersion)
        {
            throw new CheckpointException($"has version {version} of the checkpoint format; this program reads version {FormatVersion}");
        }

        using StateReader reader = new(file);
        load(reader);
    }
}
