using System.Security.Cryptography;

namespace Straggler.Torch.Datasets;

/// <summary>Reads a located data set into memory, checking every file's length, format and SHA-256 on the way.</summary>
/// <remarks>Hashing costs little beside unpacking (0.1 s for CIFAR-10), so that nothing is ever trained on damaged data.</remarks>
internal static class DatasetLoader
{
    /// <summary>Loads a data set.</summary>
    /// <exception cref="DatasetException">A file is not what it should be.</exception>
    /// <exception cref="OperationCanceledException">The loading was cancelled between two files.</exception>
    public static ImageDataset Load(
        DatasetDefinition definition, DatasetLocation location, DatasetOptions options, CancellationToken cancellation)
    {
        ImageShape shape = (ImageShape)definition.Input;
        ImageSplit train = Allocate(definition, DatasetSplit.Train, options.TrainLimit);
        ImageSplit test = Allocate(definition, DatasetSplit.Test, options.TestLimit);
        foreach (DatasetFileContent file in DatasetContent.Read(definition, location))
        {
            cancellation.ThrowIfCancellationRequested();
            byte[] content = file.Content ?? throw file.Problem!;
            Parse(definition, file.File, file.Path, content, file.File.Split == DatasetSplit.Train ? train : test);
            CheckHash(definition, file.File, file.Path, content);
        }

        return new()
        {
            Name = definition.Name,
            Shape = shape,
            ClassNames = definition.ClassNames,
            Mean = definition.Mean,
            Deviation = definition.Deviation,
            Train = train,
            Test = test,
            Augment = options.Augment,
        };
    }

    /// <summary>Checks a file's SHA-256.</summary>
    /// <exception cref="DatasetException">It is another one.</exception>
    public static void CheckHash(DatasetDefinition definition, DatasetFile file, string path, ReadOnlySpan<byte> content)
    {
        string found = Convert.ToHexStringLower(SHA256.HashData(content));
        if (found != file.Sha256)
        {
            throw new DatasetException(
                $"{path} is not {definition.Name}'s {file.Name}, or is damaged: "
                + $"expected the SHA-256 {file.Sha256} (unpacked), found {found}.");
        }
    }

    /// <summary>Checks a file's format and copies the samples for which the split has room.</summary>
    public static void Parse(DatasetDefinition definition, DatasetFile file, string path, ReadOnlySpan<byte> content, ImageSplit split)
    {
        ImageShape shape = (ImageShape)definition.Input;
        int room = Math.Clamp(split.Count - file.FirstSample, 0, file.Samples), first = room == 0 ? 0 : file.FirstSample;
        Span<byte> pixels = split.Pixels.AsSpan(first * shape.Length, room * shape.Length);
        Span<int> labels = split.Labels.AsSpan(first, room);
        switch (file.Kind)
        {
            case DatasetFileKind.IdxImages:
                IdxFormat.Images(path, content, file.Samples, shape)[..pixels.Length].CopyTo(pixels);
                break;
            case DatasetFileKind.IdxLabels:
                Widen(IdxFormat.Labels(path, content, file.Samples, definition.ClassNames.Length)[..room], labels);
                break;
            default:
                CifarFormat.Read(path, content, file.Samples, shape, definition.ClassNames.Length, pixels, labels);
                break;
        }
    }

    private static void Widen(ReadOnlySpan<byte> bytes, Span<int> labels)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            labels[i] = bytes[i];
        }
    }

    private static ImageSplit Allocate(DatasetDefinition definition, DatasetSplit split, int? limit)
    {
        int samples = Math.Min(definition.Samples(split), limit ?? int.MaxValue);
        return new(GC.AllocateUninitializedArray<byte>(samples * ((ImageShape)definition.Input).Length), new int[samples]);
    }
}
