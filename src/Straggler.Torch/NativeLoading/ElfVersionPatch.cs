using System.Buffers.Binary;
using System.Text;

namespace Straggler.Torch.NativeLoading;

/// <summary>Makes one versioned symbol requirement of a Linux library optional.</summary>
/// <remarks>
/// A library lists the symbol versions it needs in its section <c>.gnu.version_r</c>; the dynamic linker refuses the library when one
/// is missing, unless the entry carries the flag VER_FLG_WEAK. The flag is two bits of one byte: nothing else in the file changes.
/// Source: Linux Standard Base core specification 5.0, "Symbol versioning"; Elf64_Verneed and Elf64_Vernaux in glibc's elf.h.
/// </remarks>
internal static class ElfVersionPatch
{
    private const uint VersionNeedSection = 0x6FFFFFFE;
    private const ushort WeakFlag = 2;
    private const int HeaderLength = 64;
    private const int SectionLength = 64;
    private const int EntryLength = 16;

    /// <summary>Sets VER_FLG_WEAK on every requirement of a version.</summary>
    /// <param name="file">A 64-bit little-endian ELF file; changed in place.</param>
    /// <param name="version">The version's name, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>How many entries require the version; 0 leaves the file as it was.</returns>
    /// <exception cref="InvalidDataException">The bytes are not such a file or are damaged.</exception>
    public static int MakeWeak(Span<byte> file, string version)
    {
        byte[] name = Encoding.ASCII.GetBytes(version + '\0');
        int found = 0;
        foreach (Section section in ReadSections(file))
        {
            if (section.Type == VersionNeedSection)
            {
                found += MakeWeak(file, section, name);
            }
        }

        return found;
    }

    private static int MakeWeak(Span<byte> file, Section section, ReadOnlySpan<byte> name)
    {
        int found = 0;
        long library = section.Offset;
        for (uint left = section.EntryCount; left > 0; left--)
        {
            ReadOnlySpan<byte> need = Slice(file, library, EntryLength);
            ushort versions = BinaryPrimitives.ReadUInt16LittleEndian(need[2..]);
            long entry = library + BinaryPrimitives.ReadUInt32LittleEndian(need[8..]);
            uint next = BinaryPrimitives.ReadUInt32LittleEndian(need[12..]);
            for (; versions > 0; versions--)
            {
                Span<byte> requirement = Slice(file, entry, EntryLength);
                long text = section.Strings + BinaryPrimitives.ReadUInt32LittleEndian(requirement[8..]);
                if (text + name.Length <= file.Length && file.Slice((int)text, name.Length).SequenceEqual(name))
                {
                    requirement[4] |= (byte)WeakFlag;
                    found++;
                }

                uint step = BinaryPrimitives.ReadUInt32LittleEndian(requirement[12..]);
                if (step == 0)
                {
                    break;
                }

                entry += step;
            }

            if (next == 0)
            {
                break;
            }

            library += next;
        }

        return found;
    }

    private static List<Section> ReadSections(Span<byte> file)
    {
        ReadOnlySpan<byte> header = Slice(file, 0, HeaderLength);
        bool elf64LittleEndian = header[..6].SequenceEqual("\u007FELF\u0002\u0001"u8);
        if (!elf64LittleEndian || BinaryPrimitives.ReadUInt16LittleEndian(header[58..]) != SectionLength)
        {
            throw new InvalidDataException("This is not a 64-bit little-endian ELF file.");
        }

        long table = ToOffset(BinaryPrimitives.ReadUInt64LittleEndian(header[40..]));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header[60..]);
        List<Section> sections = [];
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> entry = Slice(file, table + ((long)index * SectionLength), SectionLength);
            uint link = BinaryPrimitives.ReadUInt32LittleEndian(entry[40..]);
            ReadOnlySpan<byte> strings = link < count ? Slice(file, table + ((long)link * SectionLength), SectionLength) : entry;
            sections.Add(new(
                BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]),
                ToOffset(BinaryPrimitives.ReadUInt64LittleEndian(entry[24..])),
                BinaryPrimitives.ReadUInt32LittleEndian(entry[44..]),
                ToOffset(BinaryPrimitives.ReadUInt64LittleEndian(strings[24..]))));
        }

        return sections;
    }

    private static long ToOffset(ulong offset) =>
        offset <= int.MaxValue ? (long)offset : throw new InvalidDataException($"The ELF file points outside itself, to byte {offset}.");

    private static Span<byte> Slice(Span<byte> file, long offset, int length) =>
        offset >= 0 && offset + length <= file.Length
            ? file.Slice((int)offset, length)
            : throw new InvalidDataException($"The ELF file is cut off: it points at byte {offset} of {file.Length}.");

    /// <param name="Type">sh_type.</param>
    /// <param name="Offset">First byte.</param>
    /// <param name="EntryCount">sh_info: for version needs, the number of libraries.</param>
    /// <param name="Strings">First byte of the linked string table.</param>
    private readonly record struct Section(uint Type, long Offset, uint EntryCount, long Strings);
}
