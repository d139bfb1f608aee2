using Straggler.Simulation;

namespace Straggler.Cli.Tests.Exactness;

/// <summary>Holds up workers and lets them go in a random order, so that jobs end in orders that no machine would think of.</summary>
internal sealed class Shuffler : IDisposable
{
    private const int LongestPause = 60;

    private readonly List<ManualResetEventSlim> _held = [];
    private readonly SemaphoreSlim _arrivals = new(0);
    private readonly Thread _porter;
    private RandomStream _random;
    private volatile bool _closed;

    /// <summary>Starts to let workers go.</summary>
    /// <param name="seed">Of the order.</param>
    public Shuffler(ulong seed)
    {
        _random = new RandomStreams(seed).Open(new("shuffler"));
        _porter = new(LetGo);
        _porter.Start();
    }

    /// <summary>Workers held up so far.</summary>
    public int Passed { get; private set; }

    /// <summary>Holds the calling worker up until it is drawn.</summary>
    public void Pass()
    {
        using ManualResetEventSlim gate = new();
        lock (_held)
        {
            Passed++;
            _held.Add(gate);
        }

        _arrivals.Release();
        gate.Wait(TestContext.Current.CancellationToken);
    }

    /// <summary>Ends once nobody comes any more.</summary>
    public void Dispose()
    {
        _closed = true;
        _arrivals.Release();
        _porter.Join();
        _arrivals.Dispose();
    }

    private void LetGo()
    {
        for (_arrivals.Wait(); !_closed; _arrivals.Wait())
        {
            // Time for others to come, so that there is somebody to choose from; nobody has to come.
            for (int pause = _random.NextInt32(LongestPause); pause > 0; pause--)
            {
                Thread.Yield();
            }

            lock (_held)
            {
                int chosen = _random.NextInt32(_held.Count);
                _held[chosen].Set();
                _held.RemoveAt(chosen);
            }
        }
    }
}
