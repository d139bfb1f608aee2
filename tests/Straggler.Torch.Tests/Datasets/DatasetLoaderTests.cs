using CsCheck;
using Straggler.Torch.Datasets;

namespace Straggler.Torch.Tests.Datasets;

public sealed class DatasetLoaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_Idx_GivesPixelsAndLabels(bool gzip)
    {
        Write(TinyDataset.Idx, gzip);
        ImageDataset dataset = Load(TinyDataset.Idx);
        Assert.Equal([10, 11, 20, 21, 30, 31], dataset.Train.Pixels);
        Assert.Equal([2, 0, 1], dataset.Train.Labels);
        Assert.Equal([40, 41, 50, 51], dataset.Test.Pixels);
        Assert.Equal([1, 1], dataset.Test.Labels);
        Assert.Equal(["a", "b", "c"], dataset.ClassNames);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_Cifar_GivesPixelsAndLabelsInBatchOrder(bool archive)
    {
        if (archive)
        {
            TinyDataset.Cifar.WriteArchive(_folder["root"]);
        }
        else
        {
            TinyDataset.Cifar.WritePlain(_folder["root"]);
        }

        ImageDataset dataset = Load(TinyDataset.Cifar);
        Assert.Equal([10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42], dataset.Train.Pixels);
        Assert.Equal([0, 1, 2, 1], dataset.Train.Labels);
        Assert.Equal([50, 51, 52], dataset.Test.Pixels);
        Assert.Equal([2], dataset.Test.Labels);
    }

    [Fact]
    public void Load_WithLimits_TakesTheFirstSamples()
    {
        TinyDataset.Cifar.WritePlain(_folder["root"]);
        ImageDataset dataset = Load(TinyDataset.Cifar, new TinyOptions { TrainLimit = 3, TestLimit = 9, Augment = true });
        Assert.Equal([0, 1, 2], dataset.Train.Labels);
        Assert.Equal(9, dataset.Train.Pixels.Length);
        Assert.Equal([2], dataset.Test.Labels);
        Assert.True(dataset.Augment);
    }

    [Fact]
    public void Load_WithLimits_TakesTheFirstIdxSamples()
    {
        TinyDataset.Idx.WritePlain(_folder["root"]);
        ImageDataset dataset = Load(TinyDataset.Idx, new TinyOptions { TrainLimit = 1, TestLimit = 1 });
        Assert.Equal([10, 11], dataset.Train.Pixels);
        Assert.Equal([2], dataset.Train.Labels);
        Assert.Equal([40, 41], dataset.Test.Pixels);
        Assert.Equal([1], dataset.Test.Labels);
    }

    [Theory]
    [InlineData("train-labels", new byte[] { 0, 0, 8, 1, 0, 0, 0, 3, 2, 0 }, "expected 11 bytes", "found 10")]
    [InlineData("train-labels", new byte[] { 0, 0, 8, 1, 0, 0, 0, 3, 2, 0, 1, 1 }, "expected 11 bytes", "found more")]
    [InlineData("train-labels", new byte[] { 0, 0, 8, 3, 0, 0, 0, 3, 2, 0, 1 }, "magic number 2049", "found 2051")]
    [InlineData("train-labels", new byte[] { 0, 0, 8, 1, 0, 0, 0, 4, 2, 0, 1 }, "number of samples 3", "found 4")]
    [InlineData("train-labels", new byte[] { 0, 0, 8, 1, 0, 0, 0, 3, 2, 3, 1 }, "labels from 0 to 2", "found 3 at sample 1")]
    [InlineData("train-labels", new byte[] { 0, 0, 8, 1, 0, 0, 0, 3, 2, 1, 1 }, "SHA-256", "found")]
    [InlineData("test-images", new byte[] { 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 40, 41, 50, 51 }, "rows 1", "found 2")]
    [InlineData("test-images", new byte[] { 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 40, 41, 50, 51 }, "columns 2", "found 3")]
    public void Load_WrongIdxFile_SaysWhatWasExpectedAndFound(string file, byte[] content, string expected, string found)
    {
        TinyDataset wrong = TinyDataset.Idx.With(file, content);
        foreach (bool gzip in new[] { false, true })
        {
            Write(wrong, gzip);
            AssertRefused(wrong, _folder["root"], file, expected, found);
            Directory.Delete(_folder["root"], recursive: true);
        }
    }

    [Theory]
    [InlineData(new byte[] { 2, 30, 31, 32, 3, 40, 41, 42 }, "labels from 0 to 2", "found 3 at record 1")]
    [InlineData(new byte[] { 2, 30, 31, 32, 1, 40, 41 }, "expected 8 bytes", "found 7")]
    [InlineData(new byte[] { 2, 30, 31, 32, 1, 40, 41, 43 }, "SHA-256", "found")]
    public void Load_WrongCifarFile_SaysWhatWasExpectedAndFound(byte[] content, string expected, string found)
    {
        TinyDataset wrong = TinyDataset.Cifar.With("batch_2.bin", content);
        wrong.WritePlain(_folder["plain"]);
        AssertRefused(wrong, _folder["plain"], "batch_2.bin", expected, found);
        wrong.WriteArchive(_folder["archive"]);
        AssertRefused(wrong, _folder["archive"], "batch_2.bin", expected, found);
    }

    [Fact]
    public void Load_GzipCutShort_SaysHowMuchCouldBeRead()
    {
        TinyDataset.Idx.WriteGzip(_folder["root"]);
        string path = Path.Combine(_folder["root"], "train-images.gz");
        byte[] packed = File.ReadAllBytes(path);
        File.WriteAllBytes(path, packed[..^12]);
        AssertRefused(TinyDataset.Idx, _folder["root"], path, "expected 22 bytes when unpacked", "found");
    }

    [Fact]
    public void Load_GzipWithFlippedBit_IsRefused()
    {
        TinyDataset.Idx.WriteGzip(_folder["root"]);
        string path = Path.Combine(_folder["root"], "train-images.gz");
        byte[] packed = File.ReadAllBytes(path);
        packed[^6] ^= 1;
        File.WriteAllBytes(path, packed);
        AssertRefused(TinyDataset.Idx, _folder["root"], path, "damaged");
    }

    [Fact]
    public void Load_NotGzip_IsRefused()
    {
        TinyDataset.Idx.WriteGzip(_folder["root"]);
        string path = Path.Combine(_folder["root"], "train-images.gz");
        File.WriteAllText(path, "<html>404</html>");
        AssertRefused(TinyDataset.Idx, _folder["root"], path, "damaged", "expected 22 bytes");
    }

    [Fact]
    public void Load_ArchiveCutShort_IsRefused()
    {
        TinyDataset.Cifar.WriteArchive(_folder["root"]);
        string path = Path.Combine(_folder["root"], "tiny.tar.gz");
        byte[] packed = File.ReadAllBytes(path);
        for (int length = 0; length < packed.Length / 2; length += 13)
        {
            File.WriteAllBytes(path, packed[..length]);
            AssertRefused(TinyDataset.Cifar, _folder["root"], path);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_AnyByteChanged_IsRefusedOrHarmless(bool archive)
    {
        TinyDataset dataset = archive ? TinyDataset.Cifar : TinyDataset.Idx;
        string root = _folder["root"];
        if (archive)
        {
            dataset.WriteArchive(root);
        }
        else
        {
            dataset.WriteGzip(root);
        }

        byte[] labels = [.. Load(dataset).Train.Labels.Select(label => (byte)label)];
        string[] files = Directory.GetFiles(root);
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[0, 10_000], Gen.Byte).Sample(
            (file, place, value) =>
            {
                byte[] packed = File.ReadAllBytes(files[file]), changed = [.. packed];
                changed[place % packed.Length] = value;
                File.WriteAllBytes(files[file], changed);
                try
                {
                    Assert.Equal(labels, Load(dataset).Train.Labels.Select(label => (byte)label));
                }
                catch (DatasetException refusal)
                {
                    Assert.Contains(root, refusal.Message);
                }
                finally
                {
                    File.WriteAllBytes(files[file], packed);
                }
            },
            iter: 250,
            threads: 1);
    }

    [Fact]
    public void Load_ArchiveWithoutAFile_NamesIt()
    {
        (TinyDataset.Cifar with { Contents = TinyDataset.Cifar.Contents.Remove("batch_2.bin") }).WriteArchive(_folder["root"]);
        AssertRefused(TinyDataset.Cifar, _folder["root"], "batch_2.bin is missing", "tiny.tar.gz");
    }

    [Fact]
    public void Load_Cancelled_Stops()
    {
        TinyDataset.Idx.WritePlain(_folder["root"]);
        Assert.Throws<OperationCanceledException>(() => TinyDataset.Idx.Store(_folder.FullPath)
            .Load("tiny", new TinyOptions { Root = _folder["root"] }, new CancellationToken(canceled: true)));
    }

    private static void AssertRefused(TinyDataset dataset, string root, params string[] parts)
    {
        var refusal = Assert.Throws<DatasetException>(
            () => dataset.Store(root).Load("tiny", new TinyOptions { Root = root }, TestContext.Current.CancellationToken));
        Assert.All(parts, part => Assert.Contains(part, refusal.Message));
    }

    private void Write(TinyDataset dataset, bool gzip)
    {
        if (gzip)
        {
            dataset.WriteGzip(_folder["root"]);
        }
        else
        {
            dataset.WritePlain(_folder["root"]);
        }
    }

    private ImageDataset Load(TinyDataset dataset, TinyOptions? options = null) => dataset.Store(_folder.FullPath)
        .Load("tiny", (options ?? new()) with { Root = _folder["root"] }, TestContext.Current.CancellationToken);
}
