#!/usr/bin/env dotnet
#:property GenerateDocumentationFile=true
#:property RestorePackagesWithLockFile=false
// Rebuilds data/fashion_mnist_small from the full Fashion-MNIST files.
//
//   dotnet run scripts/make-fashion-mnist-small.cs -- SOURCE_FOLDER TARGET_FOLDER
//
// Rule: the first 1,000 training and the first 200 test images of each class in file order, kept in file order.
// The uncompressed files depend on the source alone; their SHA-256 values stand in the data set's README.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

const int Classes = 10, ImageBytes = 28 * 28;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: make-fashion-mnist-small.cs SOURCE_FOLDER TARGET_FOLDER");
    return 2;
}

Directory.CreateDirectory(args[1]);
Subset("train", perClass: 1_000);
Subset("t10k", perClass: 200);
return 0;

void Subset(string split, int perClass)
{
    byte[] images = Read($"{split}-images-idx3-ubyte"), labels = Read($"{split}-labels-idx1-ubyte");
    int[] taken = new int[Classes];
    List<int> kept = [];
    for (int sample = 0; sample < labels.Length - 8; sample++)
    {
        if (taken[labels[8 + sample]]++ < perClass)
        {
            kept.Add(sample);
        }
    }

    IEnumerable<byte> pixels = kept.SelectMany(sample => images.Skip(16 + (sample * ImageBytes)).Take(ImageBytes));
    Write($"{split}-images-idx3-ubyte", images[..16], pixels, kept.Count);
    Write($"{split}-labels-idx1-ubyte", labels[..8], kept.Select(sample => labels[8 + sample]), kept.Count);
}

byte[] Read(string name)
{
    using var unpacked = new MemoryStream();
    using var file = new GZipStream(File.OpenRead(Path.Combine(args[0], name + ".gz")), CompressionMode.Decompress);
    file.CopyTo(unpacked);
    return unpacked.ToArray();
}

// GZipStream writes no name and no time, so the packed files are reproducible under one version of .NET.
void Write(string name, byte[] header, IEnumerable<byte> body, int count)
{
    BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), count);
    byte[] content = [.. header, .. body];
    string path = Path.Combine(args[1], name + ".gz");
    using (var packed = new GZipStream(File.Create(path), CompressionLevel.SmallestSize))
    {
        packed.Write(content);
    }

    Console.WriteLine($"{Convert.ToHexStringLower(SHA256.HashData(content))}  {content.Length,10:N0} bytes  {name} (unpacked)");
    byte[] written = File.ReadAllBytes(path);
    Console.WriteLine($"{Convert.ToHexStringLower(SHA256.HashData(written))}  {written.Length,10:N0} bytes  {name}.gz");
}
