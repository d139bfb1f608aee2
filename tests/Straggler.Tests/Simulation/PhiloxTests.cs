using Straggler.Simulation;

namespace Straggler.Tests.Simulation;

public sealed class PhiloxTests
{
    /// <summary>Random123's tests/kat_vectors, its three lines for philox4x32 with 10 rounds: zeros, ones, and digits of pi.</summary>
    public static TheoryData<uint[], uint[], uint[]> KnownAnswers { get; } = new()
    {
        { [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
        {
            [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff],
            [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
        },
        {
            [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0],
            [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
        },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void Block_PublishedCounterAndKey_GivesThePublishedWords(uint[] counter, uint[] key, uint[] expected)
    {
        ulong low = Word(counter, 0), high = Word(counter, 2);

        Philox.Block(ref low, ref high, Word(key, 0));

        Assert.Equal((Word(expected, 0), Word(expected, 2)), (low, high));
    }

    private static ulong Word(uint[] words, int first) => words[first] | ((ulong)words[first + 1] << 32);
}
