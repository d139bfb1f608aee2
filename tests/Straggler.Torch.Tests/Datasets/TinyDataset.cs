using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Straggler.Torch.Datasets;

namespace Straggler.Torch.Tests.Datasets;

/// <summary>Hand-made data sets of a few bytes: their files' contents and the definition that describes them.</summary>
internal sealed record TinyDataset(DatasetDefinition Definition, ImmutableDictionary<string, byte[]> Contents)
{
    /// <summary>Three training and two test images of 1 row and 2 columns, three classes, as IDX.</summary>
    public static TinyDataset Idx { get; } = Create(
        "tiny",
        new(1, 1, 2),
        [
            ("train-images", DatasetFileKind.IdxImages, DatasetSplit.Train, 0, 3,
                [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 10, 11, 20, 21, 30, 31]),
            ("train-labels", DatasetFileKind.IdxLabels, DatasetSplit.Train, 0, 3, [0, 0, 8, 1, 0, 0, 0, 3, 2, 0, 1]),
            ("test-images", DatasetFileKind.IdxImages, DatasetSplit.Test, 0, 2,
                [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 40, 41, 50, 51]),
            ("test-labels", DatasetFileKind.IdxLabels, DatasetSplit.Test, 0, 2, [0, 0, 8, 1, 0, 0, 0, 2, 1, 1]),
        ]);

    /// <summary>Two training batches of two and a test batch of one image, 1×1 in three channels, three classes, as CIFAR's records.</summary>
    public static TinyDataset Cifar { get; } = Create(
        "tiny",
        new(3, 1, 1),
        [
            ("batch_1.bin", DatasetFileKind.CifarRecords, DatasetSplit.Train, 0, 2, [0, 10, 11, 12, 1, 20, 21, 22]),
            ("batch_2.bin", DatasetFileKind.CifarRecords, DatasetSplit.Train, 2, 2, [2, 30, 31, 32, 1, 40, 41, 42]),
            ("test.bin", DatasetFileKind.CifarRecords, DatasetSplit.Test, 0, 1, [2, 50, 51, 52]),
        ]) is var set ? set with { Definition = set.Definition with { Archive = "tiny.tar.gz" } } : null!;

    /// <summary>The same definition with one file's content replaced.</summary>
    public TinyDataset With(string file, byte[] content) => this with { Contents = Contents.SetItem(file, content) };

    public void WritePlain(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, byte[] content) in Contents)
        {
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }
    }

    public void WriteGzip(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, byte[] content) in Contents)
        {
            File.WriteAllBytes(Path.Combine(folder, name + ".gz"), Gzip(content));
        }
    }

    /// <summary>Writes the archive with the files in an order of its own and a file that is not wanted.</summary>
    public void WriteArchive(string folder)
    {
        Directory.CreateDirectory(folder);
        using var tar = new TarWriter(new GZipStream(File.Create(Path.Combine(folder, Definition.Archive!)), CompressionLevel.Fastest));
        foreach ((string name, byte[] content) in Contents.OrderByDescending(pair => pair.Key).Prepend(new("readme.html", [1, 2])))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "batches/" + name) { DataStream = new MemoryStream(content) });
        }
    }

    public static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    public static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>A store that knows this data set alone and looks below the folder only.</summary>
    public DatasetStore Store(string folder, HttpMessageHandler? handler = null, IProgress<FetchProgress>? progress = null) =>
        new([Definition], Places(folder), handler ?? new FakeServer([]), progress);

    public static DatasetPlaces Places(string folder) => new()
    {
        DataFolder = Path.Combine(folder, "environment"),
        ShippedFolders = [Path.Combine(folder, "app"), Path.Combine(folder, "here")],
        CacheFolder = Path.Combine(folder, "cache"),
        SystemFolder = Path.Combine(folder, "system"),
    };

    private static TinyDataset Create(
        string name,
        ImageShape shape,
        (string Name, DatasetFileKind Kind, DatasetSplit Split, int First, int Samples, byte[] Content)[] files)
    {
        DatasetDefinition definition = new()
        {
            Name = name,
            Summary = "For tests.",
            Source = "here",
            Licence = "none",
            Input = shape,
            ClassNames = ["a", "b", "c"],
            Mean = [.. Enumerable.Repeat(0.5f, shape.Channels)],
            Deviation = [.. Enumerable.Repeat(0.25f, shape.Channels)],
            Files = [.. files.Select(f => new DatasetFile(f.Name, f.Kind, f.Split, f.First, f.Samples, f.Content.Length, Hash(f.Content)))],
            Folders = [name, name + "-other"],
        };
        return new(definition, files.ToImmutableDictionary(file => file.Name, file => file.Content));
    }
}

/// <summary>The tiny sets' options.</summary>
internal sealed record TinyOptions : DatasetOptions;
