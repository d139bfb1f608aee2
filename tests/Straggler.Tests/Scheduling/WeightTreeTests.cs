using CsCheck;
using Straggler.Scheduling;

namespace Straggler.Tests.Scheduling;

public sealed class WeightTreeTests
{
    [Fact]
    public void At_ShareOfTheLine_IsThePlaceThatItLiesIn()
    {
        // Places 0 to 4 take 1, 0, 2, 0, 5 of 8.
        WeightTree tree = new([1, 0, 2, 0, 5]);
        Assert.Equal(8, tree.Total);
        Assert.Equal([0, 0, 2, 2, 4, 4], new[] { 0, 0.12, 0.125, 0.37, 0.375, 0.9999 }.Select(tree.At));
    }

    [Fact]
    public void At_AnyHistory_IsWhatALineGives() => Gen.Select(
        Gen.Int[0, 5].Array[1, 40], Gen.Select(Gen.Int[0, 39], Gen.Int[0, 5]).Array[0, 60], Gen.Double[0, 0.999999]).Sample((weights, changes, share) =>
    {
        double[] line = [.. weights.Select(weight => (double)weight)];
        WeightTree tree = new(line);
        foreach ((int place, int weight) in changes)
        {
            line[place % line.Length] = weight;
            tree[place % line.Length] = weight;
        }

        Assert.Equal(line.Sum(), tree.Total);
        if (tree.Total > 0)
        {
            // Small integers: sums are exact, so the plain walk along the line finds the same place.
            double left = share * line.Sum();
            int expected = 0;
            while (left >= line[expected])
            {
                left -= line[expected++];
            }

            Assert.Equal(expected, tree.At(share));
        }
    });

    [Fact]
    public void At_AfterAMillionChanges_HasNotDrifted()
    {
        WeightTree tree = new([0.1, 0.2, 0.3]);
        for (int change = 0; change < 1_000_000; change++)
        {
            tree[1] = change % 2 == 0 ? 1e15 : 0;
        }

        Assert.Equal(0.1 + 0.3, tree.Total);
        Assert.Equal(2, tree.At(0.2501));
    }
}
