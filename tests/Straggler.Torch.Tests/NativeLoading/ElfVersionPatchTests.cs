using CsCheck;
using Straggler.Torch.NativeLoading;

namespace Straggler.Torch.Tests.NativeLoading;

public sealed class ElfVersionPatchTests
{
    [Fact]
    public void MakeWeak_TorchSharpsLibrary_SetsOneBit()
    {
        byte[] original = RealLibrary.Read();
        byte[] patched = [.. original];

        int found = ElfVersionPatch.MakeWeak(patched, PatchedLibrary.MissingVersion);

        Assert.Equal(1, found);
        int[] changed = [.. Enumerable.Range(0, original.Length).Where(index => original[index] != patched[index])];
        Assert.Equal(0, original[Assert.Single(changed)]);
        Assert.Equal(2, patched[changed[0]]); // VER_FLG_WEAK
    }

    [Fact]
    public void MakeWeak_Twice_ChangesNothingMore()
    {
        byte[] once = RealLibrary.Read();
        ElfVersionPatch.MakeWeak(once, PatchedLibrary.MissingVersion);
        byte[] twice = [.. once];

        ElfVersionPatch.MakeWeak(twice, PatchedLibrary.MissingVersion);

        Assert.Equal(once, twice);
    }

    [Theory]
    [InlineData("GLIBCXX_9.9.9")]
    [InlineData("GLIBCXX_3.4.3")] // a prefix of the real one
    public void MakeWeak_VersionNotRequired_ChangesNothing(string version)
    {
        byte[] original = RealLibrary.Read();
        byte[] patched = [.. original];

        Assert.Equal(0, ElfVersionPatch.MakeWeak(patched, version));
        Assert.Equal(original, patched);
    }

    [Fact]
    public void MakeWeak_NotAnElfFile_IsRefused()
    {
        Assert.Throws<InvalidDataException>(() => ElfVersionPatch.MakeWeak([], "X"));
        Assert.Throws<InvalidDataException>(() => ElfVersionPatch.MakeWeak(new byte[1000], "X"));
        Assert.Throws<InvalidDataException>(() => ElfVersionPatch.MakeWeak("MZ, a Windows library"u8.ToArray(), "X"));
    }

    [Fact]
    public void MakeWeak_CutOffFile_IsRefusedOrLeftAlone()
    {
        byte[] library = RealLibrary.Read();
        Gen.Int[0, library.Length - 1].Sample(
            length =>
            {
                byte[] cut = library[..length];
                InvalidDataException error = Assert.Throws<InvalidDataException>(() => ElfVersionPatch.MakeWeak(cut, PatchedLibrary.MissingVersion));
                return error.Message.Contains("ELF", StringComparison.Ordinal);
            },
            iter: 30);
    }

    [Fact]
    public void MakeWeak_DamagedTables_EndsInWords()
    {
        byte[] library = RealLibrary.Read();
        int table = (int)BitConverter.ToUInt64(library, 40);
        Gen.Select(Gen.Int[table, library.Length - 1], Gen.Byte).Array[20].Sample(
            changes =>
            {
                byte[] damaged = [.. library];
                foreach ((int place, byte value) in changes)
                {
                    damaged[place] = value;
                }

                try
                {
                    ElfVersionPatch.MakeWeak(damaged, PatchedLibrary.MissingVersion);
                }
                catch (InvalidDataException)
                {
                    // The only way to fail.
                }
            },
            iter: 30);
    }
}
