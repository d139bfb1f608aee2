namespace Straggler.Dashboard.Tests;

/// <summary>What other pages, names and paths get: nothing.</summary>
public sealed class RefusalTests
{
    public static TheoryData<string> Traversals { get; } =
    [
        "/files/a/../secret.txt", "/files/a/..%2fsecret.txt", "/files/a/..%5csecret.txt", "/files/a/%2e%2e/secret.txt", "/files/a/%2e%2e%2fsecret.txt",
        "/files/a/%252e%252e%252fsecret.txt", "/files/../secret.txt", "/files/%2e%2e/secret.txt", "/files/secret.txt", "/files//secret.txt", "/files/a//../secret.txt",
        "/files/a/figures/../../secret.txt", "/files/a/figures/..%2f..%2fsecret.txt", "/files/a/....//secret.txt", "/files/a/..;/secret.txt", "/files/a/%c0%ae%c0%ae/secret.txt",
        "/files/a/secret.txt%00.html", "/files/a/report.html/../../secret.txt", "/files/a/./hidden.txt", "/files/a/hidden.txt", "/files/a/", "/files/a", "/files/",
        "/files/a/link.csv", "/files/a/classes.csv", "/files/linked/config.yaml", "/files/a/figures/linked.svg", "/files/outside/config.yaml", "/files/a/checkpoint/1.ckpt",
        "/assets/..%2findex.html", "/assets/../secret.txt", "/assets/%2e%2e%2fsecret.txt", "/assets/page%2findex.html", "/secret.txt", "/../secret.txt", "/%2e%2e/secret.txt",
        "/api/run?id=..", "/api/run?id=../secret.txt", "/api/run?id=a/..", "/api/run?id=a/../a", "/api/run?id=%2e%2e%2fsecret", "/api/run?id=linked", "/api/run?id=/etc", "/api/run?id=",
        "/api/run", "/api/run?id=a&id=a",
    ];

    [Theory]
    [MemberData(nameof(Traversals))]
    public async Task PathThatLeadsElsewhere_IsNotFound(string path)
    {
        await using RunningDashboard dashboard = await FolderBesideASecretAsync();

        int status = await dashboard.StatusOfAsync($"GET {path} HTTP/1.1\nHost: 127.0.0.1:{dashboard.Address.Port}");

        Assert.True(status is 404 or 400, $"{path}: {status}");
    }

    [Fact]
    public async Task ListedFile_IsServed_SoThatTheTestsAboveCanFail()
    {
        await using RunningDashboard dashboard = await FolderBesideASecretAsync();
        Assert.Equal(200, await dashboard.StatusOfAsync($"GET /files/a/config.yaml HTTP/1.1\nHost: 127.0.0.1:{dashboard.Address.Port}"));
        Assert.Equal(200, await dashboard.StatusOfAsync($"GET /files/a/%63onfig.yaml HTTP/1.1\nHost: LOCALHOST:{dashboard.Address.Port}"));
    }

    [Theory]
    [InlineData("Host: evil.example")]
    [InlineData("Host: evil.example:{0}")]
    [InlineData("Host: 127.0.0.1.evil.example:{0}")]
    [InlineData("Host: localhost.evil.example")]
    [InlineData("Host: 127.0.0.2:{0}")]
    [InlineData("Host: 0.0.0.0:{0}")]
    [InlineData("Host: [::1]:{0}")]
    [InlineData("Host: 2130706433:{0}")]
    public async Task ForeignHost_IsRefused(string host)
    {
        await using RunningDashboard dashboard = await FolderBesideASecretAsync();
        string header = string.Format(System.Globalization.CultureInfo.InvariantCulture, host, dashboard.Address.Port);
        foreach (string path in new[] { "/", "/api/runs", "/api/events", "/files/a/config.yaml" })
        {
            Assert.Equal(421, await dashboard.StatusOfAsync($"GET {path} HTTP/1.1\n{header}"));
        }
    }

    [Fact]
    public async Task NoHost_IsRefused()
    {
        await using RunningDashboard dashboard = await FolderBesideASecretAsync();
        Assert.Equal(421, await dashboard.StatusOfAsync("GET /api/runs HTTP/1.0"));
        Assert.Equal(400, await dashboard.StatusOfAsync("GET /api/runs HTTP/1.1"));
    }

    [Theory]
    [InlineData("Origin: http://evil.example")]
    [InlineData("Origin: null")]
    [InlineData("Origin: https://{0}")]
    [InlineData("Origin: http://127.0.0.1:1")]
    [InlineData("Origin: http://{0}.evil.example")]
    [InlineData("Origin: http://{0}\nOrigin: http://evil.example")]
    [InlineData("Sec-Fetch-Site: cross-site")]
    [InlineData("Sec-Fetch-Site: same-site\nSec-Fetch-Mode: no-cors")]
    [InlineData("Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: iframe")]
    [InlineData("Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document")]
    public async Task RequestOfAnotherPage_IsRefused(string headers)
    {
        await using RunningDashboard dashboard = await FolderBesideASecretAsync();
        string host = $"127.0.0.1:{dashboard.Address.Port}";
        string sent = string.Format(System.Globalization.CultureInfo.InvariantCulture, headers, host);
        Assert.Equal(403, await dashboard.StatusOfAsync($"GET /api/runs HTTP/1.1\nHost: {host}\n{sent}"));
    }

    [Fact]
    public async Task RequestOfItsOwnPage_IsAnswered_AndNeverSharedWithOthers()
    {
        await using RunningDashboard dashboard = await FolderBesideASecretAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/runs");
        request.Headers.Add("Origin", $"http://127.0.0.1:{dashboard.Address.Port}");
        request.Headers.Add("Sec-Fetch-Site", "same-origin");

        using HttpResponseMessage answer = await dashboard.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
    }

    [Fact]
    public async Task LinkFromAnotherPage_OpensThePage()
    {
        await using RunningDashboard dashboard = await FolderBesideASecretAsync();
        Assert.Equal(200, await dashboard.StatusOfAsync(
            $"GET / HTTP/1.1\nHost: 127.0.0.1:{dashboard.Address.Port}\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document"));
    }

    [Fact]
    public async Task Tunnel_WithAnotherPort_IsAnswered()
    {
        await using RunningDashboard dashboard = await FolderBesideASecretAsync();
        Assert.Equal(200, await dashboard.StatusOfAsync("GET /api/runs HTTP/1.1\nHost: localhost:9000\nOrigin: http://localhost:9000"));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("PROPFIND")]
    public async Task OtherMethods_AreRefused(string method)
    {
        await using RunningDashboard dashboard = await FolderBesideASecretAsync();
        foreach (string path in new[] { "/", "/api/runs", "/files/a/config.yaml", "/nowhere" })
        {
            Assert.Equal(405, await dashboard.StatusOfAsync($"{method} {path} HTTP/1.1\nHost: 127.0.0.1:{dashboard.Address.Port}\nContent-Length: 0"));
        }
    }

    [Fact]
    public async Task Head_GivesTheLengthAlone()
    {
        await using RunningDashboard dashboard = await FolderBesideASecretAsync();
        using HttpRequestMessage request = new(HttpMethod.Head, "/files/a/config.yaml");

        using HttpResponseMessage answer = await dashboard.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(new FileInfo(Path.Combine(dashboard.Runs.Path, "a", "config.yaml")).Length, answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task FileOfARun_IsShownInASandbox()
    {
        await using RunningDashboard dashboard = await FolderBesideASecretAsync();
        File.WriteAllText(Path.Combine(dashboard.Runs.Path, "a", "report.html"), "<script>fetch('/api/runs')</script>");

        using HttpResponseMessage answer = await dashboard.Client.GetAsync("/files/a/report.html", TestContext.Current.CancellationToken);
        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));

        Assert.StartsWith("sandbox ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("allow-same-origin", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
    }

    /// <summary>runs/ with a run in it, beside it a secret, and links from within to without.</summary>
    private static async Task<RunningDashboard> FolderBesideASecretAsync()
    {
        RunningDashboard dashboard = await RunningDashboard.StartAsync();
        string run = dashboard.Runs.Begin("a", arrivals: [0]);
        string outside = Directory.CreateDirectory(dashboard.Runs.Path + "-outside").FullName;
        dashboard.Runs.Beside.Add(outside);
        File.WriteAllText(Path.Combine(outside, "secret.txt"), "SECRET");
        File.WriteAllText(Path.Combine(outside, "config.yaml"), "SECRET: 1\n");
        File.WriteAllText(Path.Combine(outside, "metrics.csv"), TemporaryRuns.Header);
        File.WriteAllText(Path.Combine(dashboard.Runs.Path, "secret.txt"), "SECRET");
        File.WriteAllText(Path.Combine(run, "hidden.txt"), "SECRET");
        Directory.CreateDirectory(Path.Combine(run, "figures"));
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(Path.Combine(run, "classes.csv"), Path.Combine(outside, "secret.txt"));
            File.CreateSymbolicLink(Path.Combine(run, "figures", "linked.svg"), Path.Combine(outside, "secret.txt"));
            Directory.CreateSymbolicLink(Path.Combine(dashboard.Runs.Path, "linked"), outside);
        }

        return dashboard;
    }
}
