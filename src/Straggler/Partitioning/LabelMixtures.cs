using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>What the clients' label mixtures scatter around.</summary>
public enum LabelPrior
{
    /// <summary>All classes alike: Dirichlet(α, α, ...), the field's usual α.</summary>
    Uniform,

    /// <summary>The data set's class frequencies p: Dirichlet(α·p) as Hsu et al. write it; with K equal classes it is their α that is K times the usual one.</summary>
    Classes,
}

/// <summary>Fills clients of given sizes, each by a label mixture of its own.</summary>
/// <remarks>
/// Each client's mixture is drawn from the Dirichlet. The clients' places are then filled one by one in random order, so that no client
/// comes last: a place draws a class from its client's mixture, among the classes that have samples left. So sizes are exact and no
/// sample is dealt twice; what is paid is that mixtures bend towards what is left once classes run out. Where a client's mixture gives
/// nothing to any class that is left, the class is drawn by what is left of each.
/// </remarks>
internal static class LabelMixtures
{
    /// <summary>Deals the samples out.</summary>
    /// <param name="labels">The label of every sample.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="sizes">How many samples each client gets; no more together than there are.</param>
    /// <param name="alpha">Concentration of the mixtures.</param>
    /// <param name="prior">What they scatter around.</param>
    /// <param name="random">The stream to draw from.</param>
    /// <returns>For each client the indices of its samples, ascending.</returns>
    public static int[][] Deal(
        ReadOnlySpan<int> labels, int classCount, ReadOnlySpan<int> sizes, double alpha, LabelPrior prior, ref RandomStream random)
    {
        // Classes without samples have no part in anything.
        int[][] classes = [.. Dealing.ByClass(labels, classCount).Where(samples => samples.Length > 0)];
        int total = labels.Length;
        double[] concentrations = [.. classes.Select(samples => prior == LabelPrior.Uniform ? alpha : alpha * samples.Length / total)];
        double[][] mixtures = new double[sizes.Length][];
        for (int client = 0; client < sizes.Length; client++)
        {
            mixtures[client] = [.. concentrations];
            DirichletSampler.Sample(mixtures[client], ref random);
        }

        foreach (int[] samples in classes)
        {
            random.Shuffle<int>(samples);
        }

        int[] left = Array.ConvertAll(classes, samples => samples.Length);
        List<int>[] clients = Dealing.EmptyClients(sizes.Length);
        foreach (int client in Places(sizes, ref random))
        {
            int label = DrawClass(mixtures[client], left, ref random);
            clients[client].Add(classes[label][--left[label]]);
        }

        return Dealing.Ascending(clients);
    }

    private static int[] Places(ReadOnlySpan<int> sizes, ref RandomStream random)
    {
        List<int> places = [];
        for (int client = 0; client < sizes.Length; client++)
        {
            places.AddRange(Enumerable.Repeat(client, sizes[client]));
        }

        int[] order = [.. places];
        random.Shuffle<int>(order);
        return order;
    }

    private static int DrawClass(double[] mixture, int[] left, ref RandomStream random)
    {
        double sum = 0;
        for (int label = 0; label < left.Length; label++)
        {
            sum += left[label] > 0 ? mixture[label] : 0;
        }

        return sum > 0
            ? Pick(random.NextDouble() * sum, label => left[label] > 0 ? mixture[label] : 0, left.Length)
            : Pick(random.NextDouble() * left.Sum(), label => left[label], left.Length);
    }

    /// <summary>The class in which a point of the stacked weights falls; rounding at the very end falls to the last that weighs anything.</summary>
    private static int Pick(double point, Func<int, double> weight, int count)
    {
        int last = -1;
        for (int label = 0; label < count; label++)
        {
            if (weight(label) > 0)
            {
                last = label;
                point -= weight(label);
                if (point < 0)
                {
                    return label;
                }
            }
        }

        return last;
    }
}
