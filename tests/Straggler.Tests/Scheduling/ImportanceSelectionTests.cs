using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Scheduling;

public sealed class ImportanceSelectionTests
{
    [Fact]
    public void Take_NobodySeen_IsUniform()
    {
        IClientSelection selection = Create(4, 0.5);
        selection.Take();
        Assert.Equal(0.25, selection.Probability, 1e-15);
        ChiSquare.AssertUniform(SelectionBench.FirstTaken(8000, 4, seed => Create(4, 0.1, seed)));
    }

    [Fact]
    public void Take_NormsSeen_DrawsByThemAndTheUniformShare()
    {
        // Norms 1, 3 and 6 of three, the fourth not seen: it counts as their mean 10/3, so Σ = 40/3. With γ = 0.2 the probabilities are
        // 0.05 + 0.8 · (1, 3, 6, 10/3)/(40/3) = 0.05 + 0.06 · (1, 3, 6, 10/3) = 0.11, 0.23, 0.41, 0.25.
        double[] expected = [0.11, 0.23, 0.41, 0.25];
        long[] counts = new long[4];
        for (ulong seed = 0; seed < 20_000; seed++)
        {
            IClientSelection selection = Create(4, 0.2, seed);
            See(selection, 0, 1);
            See(selection, 1, 17);
            See(selection, 2, 6);
            See(selection, 1, 3);
            int client = selection.Take();
            counts[client]++;
            Assert.Equal(expected[client], selection.Probability, 1e-12);
        }

        ChiSquare.AssertFollows(counts, [.. expected.Select(share => 20_000 * share)]);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Observe_NormThatSaysNothing_ChangesNothing(double norm)
    {
        IClientSelection selection = Create(2, 1e-9);
        See(selection, 0, 5);
        See(selection, 1, 15);
        See(selection, 1, norm);
        int client = selection.Take();
        Assert.Equal(client == 0 ? 0.25 : 0.75, selection.Probability, 1e-6);
    }

    private static IClientSelection Create(int clients, double uniformShare, ulong seed = 1) => SelectionBench.Create(
        "importance", new ImportanceSelectionOptions { UniformShare = uniformShare }, SelectionBench.Services(new int[clients], seed: seed));

    private static void See(IClientSelection selection, int client, double norm) =>
        selection.Observe(new Arrival(client, 1, 0, 0, new(0), new(1)), new(1, 1) { UpdateNorm = norm });
}
