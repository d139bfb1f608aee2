using System.Diagnostics.CodeAnalysis;

namespace Straggler.Reports.Records;

/// <summary>A fixed number of the clients that are met, chosen by a hash of their numbers: at random, yet the same whenever a run is read.</summary>
/// <remarks>
/// Those with the smallest hashes stay. One that stays to the end was never out from when it was first met, so all that was kept of it is
/// complete.
/// </remarks>
/// <typeparam name="T">What is kept of a client.</typeparam>
/// <param name="most">Most clients.</param>
internal sealed class ClientSample<T>(int most)
    where T : class, new()
{
    private readonly Dictionary<int, T> _kept = [];
    private readonly SortedSet<(uint Hash, int Client)> _order = [];
    private uint _limit = uint.MaxValue;

    /// <summary>The clients and what was kept of them.</summary>
    public IReadOnlyDictionary<int, T> Kept => _kept;

    /// <summary>Whether clients were left out.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>Meets a client.</summary>
    /// <param name="client">The client.</param>
    /// <param name="kept">What is kept of it, if it is in the sample by now.</param>
    public bool TryMeet(int client, [NotNullWhen(true)] out T? kept)
    {
        uint hash = Hash(client);
        if (hash > _limit)
        {
            kept = null;
            return false;
        }

        if (!_kept.TryGetValue(client, out kept))
        {
            kept = new();
            _kept.Add(client, kept);
            _order.Add((hash, client));
            if (_kept.Count > most)
            {
                (uint _, int last) = _order.Max;
                _order.Remove(_order.Max);
                _kept.Remove(last);
                IsPartial = true;
                _limit = _order.Max.Hash;
            }
        }

        return _kept.ContainsKey(client);
    }

    /// <summary>Mixes the bits so that neighbours land far apart (the finalizer of MurmurHash3, public domain); one to one.</summary>
    private static uint Hash(int client)
    {
        uint hash = (uint)client + 0x9E3779B9;
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }
}
