using System.Collections.Immutable;
using Straggler.Torch.Datasets;

namespace Straggler.Torch.Tests.Datasets;

public sealed class DatasetFetchTests : IDisposable
{
    private const string Official = "https://official.example/tiny/", Mirror = "https://mirror.example/";

    private readonly TempFolder _folder = new();
    private readonly TinyDataset _dataset = Downloadable(TinyDataset.Idx);

    private string LabelsPath => _folder["cache/tiny/train-labels.gz"];

    private static string LabelsAddress => Official + "train-labels.gz";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FetchAsync_NotThere_DownloadsAndReportsProgress()
    {
        List<FetchProgress> reports = [];
        FetchResult result = await _dataset.Store(_folder.FullPath, Server(), new Reports(reports)).FetchAsync("tiny", Cancellation);
        Assert.True(result.Downloaded);
        Assert.Equal(new DatasetLocation(DatasetPlace.Cache, _folder["cache/tiny"], IsArchive: false), result.Location);
        Assert.Equal(reports.Select(report => report.Bytes).Order(), reports.Select(report => report.Bytes));
        Assert.Equal(reports[^1].TotalBytes, reports[^1].Bytes);
        Assert.DoesNotContain(Directory.GetFiles(_folder["cache/tiny"]), path => path.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FetchAsync_There_DownloadsNothing()
    {
        _dataset.WritePlain(_folder["system/tiny"]);
        FakeServer server = Server();
        FetchResult result = await _dataset.Store(_folder.FullPath, server).FetchAsync("tiny", Cancellation);
        Assert.False(result.Downloaded);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void Load_NotThere_Downloads()
    {
        ImageDataset dataset = _dataset.Store(_folder.FullPath, Server()).Load("tiny", new TinyOptions(), Cancellation);
        Assert.Equal([2, 0, 1], dataset.Train.Labels);
    }

    [Fact]
    public async Task FetchAsync_PartIsThere_AsksForTheRestOnly()
    {
        WritePart(Packed("train-labels")[..7]);
        FakeServer server = Server();
        await _dataset.Store(_folder.FullPath, server).FetchAsync("tiny", Cancellation);
        Assert.Contains((LabelsAddress, 7L), server.Requests);
        Assert.Equal(Packed("train-labels"), File.ReadAllBytes(LabelsPath));
    }

    [Fact]
    public async Task FetchAsync_WholePartIsThere_AsksForNothing()
    {
        WritePart(Packed("train-labels"));
        FakeServer server = Server();
        await _dataset.Store(_folder.FullPath, server).FetchAsync("tiny", Cancellation);
        Assert.DoesNotContain(server.Requests, request => request.Address == LabelsAddress);
        Assert.True(File.Exists(LabelsPath));
    }

    [Theory]
    [InlineData(true, 7)]
    [InlineData(true, 5_000)]
    [InlineData(false, 7)]
    public async Task FetchAsync_PartIsOfAnotherFile_StartsAgain(bool ranges, int length)
    {
        WritePart(new byte[length]);
        FakeServer server = Server();
        server.SupportsRanges = ranges;
        await _dataset.Store(_folder.FullPath, server).FetchAsync("tiny", Cancellation);
        Assert.Equal(Packed("train-labels"), File.ReadAllBytes(LabelsPath));
    }

    [Fact]
    public async Task FetchAsync_OfficialAddressGone_TakesTheMirror()
    {
        FakeServer server = Server(Mirror);
        await _dataset.Store(_folder.FullPath, server).FetchAsync("tiny", Cancellation);
        Assert.Equal(Packed("train-labels"), File.ReadAllBytes(LabelsPath));
        Assert.Contains(server.Requests, request => request.Address == LabelsAddress);
    }

    [Fact]
    public async Task FetchAsync_WrongContentEverywhere_NamesEveryAddress()
    {
        byte[] page = "<html>log in</html>"u8.ToArray();
        FakeServer server = new(Files(Official).Concat(Files(Mirror)).ToDictionary(file => file.Key, _ => page));
        var refusal = await Assert.ThrowsAsync<DatasetException>(
            () => _dataset.Store(_folder.FullPath, server).FetchAsync("tiny", Cancellation));
        Assert.Contains($"{Official}train-images.gz: ", refusal.Message);
        Assert.Contains($"{Mirror}train-images.gz: ", refusal.Message);
        Assert.False(File.Exists(_folder["cache/tiny/train-images.gz"]));
    }

    [Fact]
    public async Task FetchAsync_WrongBytesOfTheRightLength_LeavesNothing()
    {
        Dictionary<string, byte[]> files = Files(Official);
        files[LabelsAddress] = new byte[files[LabelsAddress].Length];
        var refusal = await Assert.ThrowsAsync<DatasetException>(
            () => _dataset.Store(_folder.FullPath, new FakeServer(files)).FetchAsync("tiny", Cancellation));
        Assert.Contains("expected the SHA-256", refusal.Message);
        Assert.Empty(Directory.GetFiles(_folder["cache/tiny"], "train-labels*"));
    }

    [Fact]
    public async Task FetchAsync_NetworkDown_NamesPlacesAddressesAndWaysOut()
    {
        FakeServer server = Server();
        server.IsDown = true;
        var refusal = await Assert.ThrowsAsync<DatasetException>(
            () => _dataset.Store(_folder.FullPath, server).FetchAsync("tiny", Cancellation));
        Assert.Contains($"{_folder["system/tiny"]} (no such folder)", refusal.Message);
        Assert.Contains($"{Official}train-images.gz: Name or service not known", refusal.Message);
        Assert.Contains($"train-images.gz, train-labels.gz, test-images.gz, test-labels.gz into {_folder["cache/tiny"]}", refusal.Message);
        Assert.Empty(Directory.GetFiles(_folder["cache/tiny"]));
    }

    [Fact]
    public async Task FetchAsync_ConnectionBreaks_KeepsThePartAndContinuesNextTime()
    {
        FakeServer server = Server();
        server.Body = bytes => new BrokenBody(bytes[..5], _ => throw new IOException("reset by peer"));
        var refusal = await Assert.ThrowsAsync<DatasetException>(
            () => _dataset.Store(_folder.FullPath, server).FetchAsync("tiny", Cancellation));
        Assert.Contains("reset by peer", refusal.Message);
        Assert.Equal(["train-images.gz.part"], Directory.GetFiles(_folder["cache/tiny"]).Select(Path.GetFileName));

        server.Body = null;
        await _dataset.Store(_folder.FullPath, server).FetchAsync("tiny", Cancellation);
        Assert.Contains((Official + "train-images.gz", 5L), server.Requests);
        Assert.Equal(Packed("train-images"), File.ReadAllBytes(_folder["cache/tiny/train-images.gz"]));
    }

    [Fact]
    public async Task FetchAsync_ServerEndsEarly_IsNotTakenForTheWholeFile()
    {
        FakeServer server = Server();
        server.Body = bytes => new MemoryStream(bytes[..5]);
        var refusal = await Assert.ThrowsAsync<DatasetException>(
            () => _dataset.Store(_folder.FullPath, server).FetchAsync("tiny", Cancellation));
        Assert.Contains($"expected {Packed("train-images").Length} bytes, have 5", refusal.Message);
        Assert.False(File.Exists(_folder["cache/tiny/train-images.gz"]));
    }

    [Fact]
    public async Task FetchAsync_Cancelled_LeavesNoHalfWrittenFile()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        FakeServer server = Server();
        server.Body = bytes => new BrokenBody(bytes[..5], async token =>
        {
            await cancel.CancelAsync();
            token.ThrowIfCancellationRequested();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _dataset.Store(_folder.FullPath, server).FetchAsync("tiny", cancel.Token));
        Assert.Equal(["train-images.gz.part"], Directory.GetFiles(_folder["cache/tiny"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task DownloadAsync_NothingComes_GivesTheAddressUp()
    {
        FakeServer server = Server();
        server.Body = bytes => new BrokenBody(bytes[..5], token => new TaskCompletionSource().Task.WaitAsync(token));
        using HttpClient client = new(server);
        IReadOnlyList<string> failures = await new FileDownloader(client, TimeSpan.FromMilliseconds(1))
            .DownloadAsync(_dataset.Definition.Downloads[0], _folder["there"], null, Cancellation);
        Assert.Contains("nothing came for", failures[0]);
    }

    [Fact]
    public async Task FetchAsync_CacheCannotBeWritten_SaysWhere()
    {
        File.WriteAllText(_folder["cache"], "a file where a folder should be");
        var refusal = await Assert.ThrowsAsync<DatasetException>(
            () => _dataset.Store(_folder.FullPath, Server()).FetchAsync("tiny", Cancellation));
        Assert.Contains(_folder["cache/tiny"], refusal.Message);
        Assert.Contains("STRAGGLER_CACHE", refusal.Message);
    }

    [Fact]
    public async Task FetchAsync_CachedFileDamaged_DownloadsItAgain()
    {
        _dataset.WriteGzip(_folder["cache/tiny"]);
        File.WriteAllBytes(LabelsPath, [1, 2, 3]);
        DatasetStore store = _dataset.Store(_folder.FullPath, Server());
        var refusal = Assert.Throws<DatasetException>(() => store.Load("tiny", new TinyOptions(), Cancellation));
        Assert.Contains("straggler data fetch tiny", refusal.Message);

        Assert.True((await store.FetchAsync("tiny", Cancellation)).Downloaded);
        Assert.Equal(3, store.Load("tiny", new TinyOptions(), Cancellation).Train.Count);
    }

    [Fact]
    public void Verify_OneFileDamaged_SaysWhich()
    {
        _dataset.With("test-images", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 40, 41, 50, 99]).WriteGzip(_folder["system/tiny"]);
        DatasetVerification verification = _dataset.Store(_folder.FullPath).Verify("tiny", null, Cancellation);
        Assert.False(verification.IsIntact);
        FileVerification wrong = Assert.Single(verification.Files, file => file.Problem is not null);
        Assert.Equal("test-images", wrong.Name);
        Assert.Contains(wrong.Sha256, wrong.Problem);
    }

    private static TinyDataset Downloadable(TinyDataset dataset) => dataset with
    {
        Definition = dataset.Definition with
        {
            Downloads = [.. dataset.Definition.Files.Select(file => Download(file.Name, TinyDataset.Gzip(dataset.Contents[file.Name])))],
        },
    };

    private static DatasetDownload Download(string name, byte[] packed)
    {
        ImmutableArray<Uri> addresses = [new($"{Official}{name}.gz"), new($"{Mirror}{name}.gz")];
        return new(name + ".gz", addresses, packed.Length, TinyDataset.Hash(packed));
    }

    private byte[] Packed(string name) => TinyDataset.Gzip(_dataset.Contents[name]);

    private Dictionary<string, byte[]> Files(string address) => _dataset.Contents.Keys.ToDictionary(name => $"{address}{name}.gz", Packed);

    private FakeServer Server(string address = Official) => new(Files(address));

    private void WritePart(byte[] content)
    {
        Directory.CreateDirectory(_folder["cache/tiny"]);
        File.WriteAllBytes(LabelsPath + ".part", content);
    }

    private sealed class Reports(List<FetchProgress> reports) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => reports.Add(value);
    }
}
