using Straggler.Arrays;
using Straggler.Federation;
using Straggler.Flower.Models;

namespace Straggler.Flower.Live;

/// <summary>How the server's flat vectors travel.</summary>
/// <param name="Layout">The arrays.</param>
public sealed record LiveModel(WireLayout Layout)
{
    private static readonly VectorCopy _plain = (from, to) => from.CopyTo(to);

    private (long Version, WireModel Model)? _newest;

    /// <summary>Copies the server's vector into PyTorch's element order.</summary>
    public VectorCopy ToCanonical { get; init; } = _plain;

    /// <summary>Copies a vector in PyTorch's element order into the server's.</summary>
    public VectorCopy FromCanonical { get; init; } = _plain;

    /// <summary>Whether the two orders differ.</summary>
    internal bool IsReordered => FromCanonical != _plain;

    /// <summary>A version as it is sent: made once, as long as no other version is asked for in between. Called on the loop's thread.</summary>
    internal WireModel Encode(ModelVersion version)
    {
        if (_newest is not { } newest || newest.Version != version.Number)
        {
            float[] canonical = new float[Layout.Parameters.Length];
            using VersionLease lease = version.Read();
            ToCanonical(lease.Parameters, canonical);
            _newest = newest = (version.Number, Layout.Write(canonical));
        }

        return newest.Model;
    }
}
