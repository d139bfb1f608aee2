using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Straggler.Federation;

namespace Straggler.Tests.Federation;

public sealed class SafeTensorsFileTests : IDisposable
{
    private static readonly ParameterLayout _layout = new(
        [
            new("conv1.weight", [2, 1, 1, 3], ParameterKind.Parameter, 0),
            new("scale", [], ParameterKind.Parameter, 6),
            new("bn1.running_var", [2], ParameterKind.Buffer, 7, NonNegative: true),
        ],
        ["bn1.num_batches_tracked"]);

    private static readonly float[] _values = [1, -2, 3.5f, float.Epsilon, 5, 6, float.NaN, 8, 9];

    private readonly string _folder = Directory.CreateTempSubdirectory("straggler-test-").FullName;

    private string FilePath => Path.Combine(_folder, "model.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Write_ThenRead_GivesSameBits()
    {
        float[] read = new float[_values.Length];

        SafeTensorsFile.Write(FilePath, _layout, _values);
        SafeTensorsFile.Read(FilePath, _layout, read);

        Assert.Equal(_values.Select(BitConverter.SingleToInt32Bits), read.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal([FilePath], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Write_Layout_FollowsTheFormat()
    {
        SafeTensorsFile.Write(FilePath, _layout, _values);

        // By hand: one int64 counter (8 bytes), then 6, 1 and 2 floats.
        byte[] bytes = File.ReadAllBytes(FilePath);
        int headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        string header = Encoding.UTF8.GetString(bytes, 8, headerLength);
        string expected = """
            {"__metadata__":{"format":"pt"},
            "bn1.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]},
            "conv1.weight":{"dtype":"F32","shape":[2,1,1,3],"data_offsets":[8,32]},
            "scale":{"dtype":"F32","shape":[],"data_offsets":[32,36]},
            "bn1.running_var":{"dtype":"F32","shape":[2],"data_offsets":[36,44]}}
            """.ReplaceLineEndings("");
        Assert.Equal(expected, header.TrimEnd(' '));
        Assert.Equal(0, headerLength % 8);
        Assert.Equal(8 + headerLength + 44, bytes.Length);
        Assert.Equal(new byte[8], bytes[(8 + headerLength)..(16 + headerLength)]);
        Assert.Equal(-2f, BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(16 + headerLength + 4)));
    }

    [Fact]
    public void Write_FolderMissing_FailsAndLeavesNothing()
    {
        Assert.ThrowsAny<IOException>(() => SafeTensorsFile.Write(Path.Combine(_folder, "none", "x"), _layout, _values));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Write_OverOldFile_ReplacesIt()
    {
        SafeTensorsFile.Write(FilePath, _layout, new float[9]);
        SafeTensorsFile.Write(FilePath, _layout, _values);
        float[] read = new float[9];

        SafeTensorsFile.Read(FilePath, _layout, read);

        Assert.Equal(_values[0], read[0]);
    }

    [Fact]
    public void Read_OtherLayout_NamesTensorAndShapes()
    {
        SafeTensorsFile.Write(FilePath, _layout, _values);
        ParameterLayout missing = new([new("fc.weight", [2], ParameterKind.Parameter, 0)]);
        ParameterLayout reshaped = new([new("conv1.weight", [6], ParameterKind.Parameter, 0)]);

        Assert.Contains("fc.weight", Fault(missing), StringComparison.Ordinal);
        Assert.Contains("[2, 1, 1, 3]", Fault(reshaped), StringComparison.Ordinal);

        string Fault(ParameterLayout layout) =>
            Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(FilePath, layout, new float[layout.Length])).Message;
    }

    [Fact]
    public void Read_CutOffFile_IsRefusedInWords()
    {
        SafeTensorsFile.Write(FilePath, _layout, _values);
        byte[] whole = File.ReadAllBytes(FilePath);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            InvalidDataException error = Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(FilePath, _layout, new float[9]));
            Assert.Contains(FilePath, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_DamagedFile_NeverFailsOtherwise()
    {
        SafeTensorsFile.Write(FilePath, _layout, _values);
        byte[] whole = File.ReadAllBytes(FilePath);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 4].Sample(
            changes =>
            {
                byte[] damaged = [.. whole];
                foreach ((int place, byte value) in changes)
                {
                    damaged[place] = value;
                }

                string path = Path.Combine(_folder, "damaged");
                File.WriteAllBytes(path, damaged);
                try
                {
                    SafeTensorsFile.Read(path, _layout, new float[9]);
                }
                catch (InvalidDataException)
                {
                    // The only way to fail.
                }
            },
            iter: 2000,
            threads: 1);
    }
}
