using Straggler.Torch.Datasets;

namespace Straggler.Torch.Tests.Datasets;

public sealed class SpeechReaderTests
{
    [Fact]
    public void Read_Plays_GathersEachRolesSpeeches()
    {
        const string Text = "Ann:\nGood morrow.\nHow now:\n\nBob:\n\nCid:\nAy.\n\n\nAnn:\nFarewell.\n";
        Assert.Equal(
            [new("Ann", "Good morrow.\nHow now:\nFarewell.\n"), new("Cid", "Ay.\n")], // Bob says nothing; "How now:" follows no blank line.
            SpeechReader.Read(Text));
    }

    [Theory]
    [InlineData("Ann:\r\nGood morrow.\r\n")]
    [InlineData("\n\nAnn:\nGood morrow.")]
    [InlineData("A prologue without a name.\n\nAnn:\n\n\nGood morrow.\n\n")]
    public void Read_OtherLineEndsAndBlanks_AreTolerated(string text) => Assert.Equal([new("Ann", "Good morrow.\n")], SpeechReader.Read(text));

    [Theory]
    [InlineData("")]
    [InlineData(":\n:\n\n:")]
    [InlineData("\n\n\n")]
    public void Read_NoSpeech_GivesNoRoles(string text) => Assert.Empty(SpeechReader.Read(text));
}
