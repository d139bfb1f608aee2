using CsCheck;
using Straggler.Federation;
using Straggler.Partitioning;
using Straggler.Torch.Datasets;

namespace Straggler.Torch.Tests.Datasets;

public sealed class TextLoaderTests
{
    private const byte End = SequenceSplit.Padding;

    private static readonly DatasetDefinition _definition = DatasetStore.Known.Single(definition => definition.Name == "shakespeare");

    [Fact]
    public void Cut_TwoRoles_GivesSequencesThatOverlapByOneAndHoldsTheEndsOut()
    {
        // Codes: a = 39, b = 40, ... Ann's 10 letters: 2 held out. Her first 8 in sequences of 3 inputs: abcd, defg, gh; the last padded.
        // Bob's 3 letters: ⌊0.6⌋ = 0 held out, so one sequence of two targets. The tilde is not in the alphabet: 65.
        SequenceDataset dataset = Cut(new("Ann", "abcdefghij"), new("Bob", "x~z"));
        Assert.Equal([39, 40, 41, 42, 42, 43, 44, 45, 45, 46, End, End, 62, 65, 64, End], dataset.Train.Tokens.Select(token => (int)token));
        Assert.Equal([0, 0, 0, 1], dataset.Train.Owners);
        Assert.Equal([42, 45, 46, 64], dataset.TrainLabels);
        Assert.Equal([47, 48, End, End], dataset.Test.Tokens.Select(token => (int)token));
        Assert.Equal([48], dataset.TestLabels);
        Assert.Equal("j", dataset.ClassNames[48]);
    }

    [Fact]
    public void Cut_AnyTexts_PredictsEveryCharacterButTheFirstOnce()
    {
        Gen<string> text = Gen.Char["abc \n"].Array[1, 60].Select(letters => new string(letters));
        Gen.Select(text.Array[1, 5], Gen.Int[1, 12], Gen.Double[0.01, 0.9]).Sample((texts, length, fraction) =>
        {
            SequenceDataset dataset = TextLoader.Cut(
                _definition,
                [.. texts.Select((content, role) => new Role($"role {role}", content))],
                new() { SequenceLength = length, TestFraction = fraction });
            for (int role = 0; role < texts.Length; role++)
            {
                int held = (int)(fraction * texts[role].Length);
                Assert.Equal(texts[role][..^held].Skip(1), Targets(dataset.Train, role));
                Assert.Equal(texts[role][^held..].Skip(1), Targets(dataset.Test, role));
            }

            Assert.Equal(dataset.TestLabels.Length, dataset.Owners.Test.Length);

            IEnumerable<char> Targets(SequenceSplit split, int role) => Enumerable.Range(0, split.Count)
                .Where(sequence => split.Owners[sequence] == role)
                .SelectMany(sequence => split.Sequence(sequence)[1..].ToArray())
                .Where(token => token != End)
                .Select(token => dataset.ClassNames[token] switch { "newline" => '\n', "space" => ' ', var letter => letter[0] });
        });
    }

    [Fact]
    public void Natural_Roles_OwnTheirSequencesAndTheirHeldOutCharacters()
    {
        SequenceDataset dataset = Cut(new("Ann", new string('a', 10)), new("Bob", new string('b', 40)));
        IReadOnlyList<ClientShard> clients = ClientShards.Deal(new NaturalPartitioner(new() { MinSamples = 1 }), dataset.ToSamples(), 2, new(1));

        // Bob is larger and comes first: 32 letters in ⌈31/3⌉ = 11 sequences, 8 held out, 7 of them targets. Ann: 3 sequences, 1 target.
        Assert.Equal([(11, 7), (3, 1)], clients.Select(client => (client.Train.Length, client.Test.Length)));
        Assert.All(clients[0].Test, sample => Assert.Equal("b", dataset.ClassNames[dataset.TestLabels[sample]]));
        Assert.All(clients[1].Test, sample => Assert.Equal("a", dataset.ClassNames[dataset.TestLabels[sample]]));
    }

    private static SequenceDataset Cut(params Role[] roles) => TextLoader.Cut(_definition, roles, new() { SequenceLength = 3, TestFraction = 0.2 });
}
