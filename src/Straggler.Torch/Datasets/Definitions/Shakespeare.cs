namespace Straggler.Torch.Datasets.Definitions;

/// <summary>A. Karpathy's "tiny Shakespeare": parts of several plays, by speaking role.</summary>
/// <remarks>
/// Source: A. Karpathy, "The unreasonable effectiveness of recurrent neural networks", 2015, char-rnn's <c>data/tinyshakespeare/input.txt</c>.
/// Clients by role are those of B. McMahan et al. 2017 and of LEAF, which use all plays.
/// </remarks>
internal static class Shakespeare
{
    /// <summary>The text's 65 characters in the order of their codes.</summary>
    public const string Alphabet = "\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private const string Address = "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt";

    public static DatasetDefinition Tiny { get; } = new()
    {
        Name = "shakespeare",
        Summary = "Tiny Shakespeare: 1.1 million characters of plays by 299 speaking roles, for next-character prediction.",
        Source = "https://github.com/karpathy/char-rnn",
        Licence = "public domain",
        Input = new SequenceShape(Alphabet.Length + 1, TextDatasetOptions.DefaultLength),
        ClassNames = [.. ClassNamesOfText()],
        Files =
        [
            new(
                "tinyshakespeare.txt", DatasetFileKind.Text, DatasetSplit.Train, 0, 0, 1_115_394,
                "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"),
        ],
        TrainSamples = 11_713,
        TestSamples = 102_348,
        Folders = ["shakespeare", "text", "tinyshakespeare"],
        Downloads =
        [
            new(
                "tinyshakespeare.txt", [new(Address)], 1_115_394, "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"),
        ],
    };

    private static IEnumerable<string> ClassNamesOfText() => Alphabet
        .Select(letter => letter switch { '\n' => "newline", ' ' => "space", _ => letter.ToString() })
        .Append("unknown");
}
