using Microsoft.AspNetCore.Connections;
using Straggler.Flower.Server;

namespace Straggler.Flower.Tests.Server;

public sealed class ConnectionGuardTests
{
    private readonly List<string> _log = [];

    /// <summary>Streams of one connection run side by side, and what a connection carries is not made for that.</summary>
    [Fact]
    public async Task NoteJoin_ByAStream_AddsNothingToWhatTheConnectionCarries()
    {
        DefaultConnectionContext connection = new();
        int before = 0, after = 0;

        await new ConnectionGuard(1, _log.Add).ServeAsync(connection, served =>
        {
            before = served.Items.Count;
            ConnectionGuard.NoteJoin(served.Items);
            after = served.Items.Count;
            return Task.CompletedTask;
        });

        Assert.Equal(before, after);
        Assert.Empty(_log);
    }

    [Fact]
    public async Task Serve_NobodyJoins_IsTold()
    {
        await new ConnectionGuard(1, _log.Add).ServeAsync(new DefaultConnectionContext(), _ => Task.CompletedTask);

        Assert.Equal([" connected, but did not join"], _log);
    }
}
