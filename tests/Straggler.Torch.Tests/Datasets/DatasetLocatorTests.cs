using Straggler.Torch.Datasets;

namespace Straggler.Torch.Tests.Datasets;

public sealed class DatasetLocatorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void List_SeveralPlacesHaveIt_TakesTheFirstInOrder()
    {
        // From the last place to the first: each one added wins over those before it.
        (string Folder, DatasetPlace Place)[] places =
        [
            ("system/tiny-other", DatasetPlace.System), ("cache/tiny", DatasetPlace.Cache), ("here/tiny", DatasetPlace.Shipped),
            ("app/tiny", DatasetPlace.Shipped), ("environment/tiny-other", DatasetPlace.Environment),
        ];
        foreach ((string folder, DatasetPlace place) in places)
        {
            TinyDataset.Idx.WritePlain(_folder[folder]);
            DatasetListing listing = Assert.Single(TinyDataset.Idx.Store(_folder.FullPath).List());
            Assert.Equal(new DatasetLocation(place, _folder[folder], IsArchive: false), listing.Location);
        }
    }

    [Fact]
    public void Load_RootLacksIt_LooksNowhereElse()
    {
        TinyDataset.Idx.WritePlain(_folder["cache/tiny"]);
        FakeServer server = new([]);
        var refusal = Assert.Throws<DatasetException>(() => TinyDataset.Idx.Store(_folder.FullPath, server)
            .Load("tiny", new TinyOptions { Root = _folder["mine"] }, TestContext.Current.CancellationToken));
        Assert.Contains($"{_folder["mine"]} (no such folder)", refusal.Message);
        Assert.DoesNotContain("cache", refusal.Message);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void Load_RootHasTheSubfolder_FindsIt()
    {
        TinyDataset.Cifar.WriteArchive(_folder["mine/tiny-other"]);
        ImageDataset dataset = TinyDataset.Cifar.Store(_folder.FullPath)
            .Load("tiny", new TinyOptions { Root = _folder["mine"] }, TestContext.Current.CancellationToken);
        Assert.Equal(4, dataset.Train.Count);
    }

    [Fact]
    public void Verify_FoundNowhere_NamesEveryPlaceAndWhatItLacks()
    {
        TinyDataset.Idx.WritePlain(_folder["app/tiny"]);
        File.Delete(_folder["app/tiny/test-labels"]);
        var refusal = Assert.Throws<DatasetException>(
            () => TinyDataset.Idx.Store(_folder.FullPath).Verify("tiny", null, TestContext.Current.CancellationToken));
        foreach (string place in new[] { "environment", "here", "cache", "system" })
        {
            Assert.Contains($"{_folder[place]}/tiny (no such folder)", refusal.Message);
        }

        Assert.Contains($"{_folder["app/tiny"]} (lacks test-labels)", refusal.Message);
        Assert.Contains(DatasetPlaces.DataVariable, refusal.Message);
    }

    [Fact]
    public void Datasets_Table_HasALineWithASourceForEachKnownSet()
    {
        Assert.Equal(DatasetStore.Known.Select(definition => definition.Name), TorchBuiltIns.Datasets.Entries.Select(entry => entry.Name));
        Assert.All(TorchBuiltIns.Datasets.Entries, entry => Assert.StartsWith("http", entry.Source));
    }

    [Fact]
    public void Load_UnknownName_NamesTheKnownOnes()
    {
        var refusal = Assert.Throws<DatasetException>(() => new DatasetStore(DatasetStore.Known, TinyDataset.Places(_folder.FullPath))
            .Load("imagenet", new TinyOptions(), TestContext.Current.CancellationToken));
        Assert.Equal(
            "There is no data set \"imagenet\"; there are fashion_mnist_small, fashion_mnist, mnist, cifar10, shakespeare.", refusal.Message);
    }

    [Theory]
    [InlineData("sets")]
    [InlineData("")]
    [InlineData(null)]
    public void From_Environment_GivesThePlaces(string? dataFolder)
    {
        Directory.CreateDirectory(_folder["a/b"]);
        Directory.CreateDirectory(_folder["a/data"]);
        DatasetPlaces places = DatasetPlaces.From(dataFolder, _folder["a/b"], "/my/cache");
        Assert.Equal(dataFolder == "sets" ? _folder["a/b/sets"] : null, places.DataFolder);
        Assert.Equal("/my/cache/data", places.CacheFolder);
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "data"), places.ShippedFolders[0]);
        Assert.Contains(_folder["a/data"], places.ShippedFolders);
    }
}
