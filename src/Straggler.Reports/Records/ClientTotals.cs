using Straggler.Recording;

namespace Straggler.Reports.Records;

/// <summary>What each client contributed: the weights that its updates were given, summed.</summary>
internal sealed class ClientTotals
{
    /// <summary>No run has this many clients; a larger number is damage and must not fill the memory.</summary>
    private const int MostClients = 100_000_000;

    private double[] _weights = [];

    /// <summary>Clients up to the last one that was heard of.</summary>
    public int Count { get; private set; }

    /// <summary>The sum of a client's weights; 0 for one that was not heard of.</summary>
    public double WeightOf(long client) => client < Count ? _weights[client] : 0;

    /// <summary>Takes an arrival in.</summary>
    /// <param name="row">The arrival.</param>
    /// <exception cref="ReportException">The client's number cannot be.</exception>
    public void Add(in UpdateRecord row)
    {
        if (row.Client >= _weights.Length)
        {
            Grow(row.Client);
        }

        Count = Math.Max(Count, row.Client + 1);
        _weights[row.Client] += double.IsFinite(row.Weight) ? row.Weight : 0;
    }

    private void Grow(int client)
    {
        if (client >= MostClients)
        {
            throw new ReportException($"The updates tell of client {client}; a run has fewer than {MostClients}.");
        }

        Array.Resize(ref _weights, Math.Max(client + 1, 2 * _weights.Length));
    }
}
