using System.Text;
using Straggler.Torch.Datasets.Definitions;

namespace Straggler.Torch.Datasets;

/// <summary>Cuts a text into training and test sequences by role.</summary>
/// <remarks>
/// The last part of each role's text is held out. Both parts are cut into sequences of one length; every character but a part's first is
/// the target of exactly one position, and a last sequence that is shorter is padded.
/// </remarks>
internal static class TextLoader
{
    /// <summary>Loads a text data set.</summary>
    /// <exception cref="DatasetException">The file is not what it should be.</exception>
    /// <exception cref="OperationCanceledException">The loading was cancelled.</exception>
    public static SequenceDataset Load(
        DatasetDefinition definition, DatasetLocation location, TextDatasetOptions options, CancellationToken cancellation)
    {
        DatasetFileContent file = DatasetContent.Read(definition, location).Single();
        cancellation.ThrowIfCancellationRequested();
        byte[] content = file.Content ?? throw file.Problem!;
        DatasetLoader.CheckHash(definition, file.File, file.Path, content);
        return Cut(definition, SpeechReader.Read(Encoding.UTF8.GetString(content)), options);
    }

    /// <summary>Makes the data set of roles.</summary>
    internal static SequenceDataset Cut(DatasetDefinition definition, IReadOnlyList<Role> roles, TextDatasetOptions options)
    {
        Cutter train = new(options.SequenceLength), test = new(options.SequenceLength);
        for (int role = 0; role < roles.Count; role++)
        {
            byte[] tokens = [.. roles[role].Text.Select(Token)];
            int held = (int)(options.TestFraction * tokens.Length);
            train.Add(tokens.AsSpan(..^held), role);
            test.Add(tokens.AsSpan(tokens.Length - held), role);
        }

        return new(train.ToSplit(), test.ToSplit(), [.. roles.Select(role => role.Name)])
        {
            Name = definition.Name,
            ClassNames = definition.ClassNames,
        };
    }

    /// <summary>A character's token; those that the alphabet lacks share the last one.</summary>
    private static byte Token(char letter) =>
        Shakespeare.Alphabet.IndexOf(letter, StringComparison.Ordinal) is int place and >= 0 ? (byte)place : (byte)Shakespeare.Alphabet.Length;

    /// <summary>Gathers the sequences of one split.</summary>
    private sealed class Cutter(int length)
    {
        private readonly List<byte> _tokens = [];
        private readonly List<int> _owners = [];

        /// <summary>Cuts a text; one of a single character has nothing to predict.</summary>
        public void Add(ReadOnlySpan<byte> text, int owner)
        {
            for (int start = 0; start < text.Length - 1; start += length)
            {
                ReadOnlySpan<byte> sequence = text[start..Math.Min(start + length + 1, text.Length)];
                _tokens.AddRange(sequence);
                _tokens.AddRange(Enumerable.Repeat(SequenceSplit.Padding, length + 1 - sequence.Length));
                _owners.Add(owner);
            }
        }

        public SequenceSplit ToSplit() => new([.. _tokens], [.. _owners], length);
    }
}
