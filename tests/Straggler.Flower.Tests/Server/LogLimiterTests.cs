using Straggler.Flower.Server;
using Straggler.Flower.Tests.Support;

namespace Straggler.Flower.Tests.Server;

public sealed class LogLimiterTests
{
    [Fact]
    public void Write_Flood_IsCutAndCounted()
    {
        ManualClock clock = new();
        List<string> lines = [];
        LogLimiter limiter = new(lines.Add, clock);

        for (int i = 0; i < LogLimiter.Lines + 5; i++)
        {
            limiter.Write("flood");
        }

        Assert.Equal(LogLimiter.Lines, lines.Count);
        clock.Advance(LogLimiter.Span);
        limiter.Write("calm");
        Assert.Equal(["5 lines like the ones before were left out", "calm"], lines[LogLimiter.Lines..]);
    }
}
