using System.Runtime.InteropServices;
using Straggler.Torch.Training;
using Straggler.Training;

namespace Straggler.Torch.Tests.Training;

/// <summary>A step in blocks that fit the cache, against the same step one pass after the other.</summary>
public sealed class GradientStepTests
{
    /// <summary>Two whole blocks and a rest that no vector width divides.</summary>
    private const int Length = (2 * 4096) + 13;

    public static TheoryData<string> Recipes { get; } = ["sgd", "decay", "momentum", "nesterov", "adam"];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Step_InBlocks_GivesTheBitsOfWholePasses(string recipe)
    {
        float[] dispatched = Values(1), correction = Values(2), parameters = [.. dispatched], plain = [.. dispatched];
        ClientAlgorithm algorithm = new() { ProximalCoefficient = 0.25, Correction = correction };
        FlatOptimizer optimizer = Create(recipe), twin = Create(recipe);
        for (int step = 0; step < 4; step++)
        {
            float[] gradient = Values(3 + step), slope = [.. gradient];
            GradientRules.Step(algorithm, null, optimizer, gradient, parameters, dispatched);
            for (int index = 0; index < Length; index++)
            {
                slope[index] += 0.25f * (plain[index] - dispatched[index]);
                slope[index] += correction[index];
            }

            twin.Step(plain, slope);
            Assert.All(gradient, element => Assert.Equal(0, element));
            Assert.Equal(MemoryMarshal.Cast<float, int>(plain), MemoryMarshal.Cast<float, int>(parameters));
        }
    }

    [Fact]
    public void Step_GradientOverTheLimit_IsScaledAsAWhole()
    {
        // 8205 elements of 2 have the norm 2·√8205; the limit is half of √8205, so each becomes a quarter of itself.
        float[] gradient = new float[Length], parameters = new float[Length];
        gradient.AsSpan().Fill(2);
        GradientRules.Step(ClientAlgorithm.Plain, 0.5 * Math.Sqrt(Length), new FlatSgd(1, 0, nesterov: false, 0), gradient, parameters, parameters);
        Assert.All(parameters, parameter => Assert.Equal(-0.5f, parameter, 1e-6f));
    }

    private static FlatOptimizer Create(string recipe) => recipe switch
    {
        "sgd" => new FlatSgd(0.1, 0, nesterov: false, 0),
        "decay" => new FlatSgd(0.1, 0, nesterov: false, 0.01),
        "momentum" => new FlatSgd(0.1, 0.9, nesterov: false, 0.01),
        "nesterov" => new FlatSgd(0.1, 0.9, nesterov: true, 0),
        _ => new FlatAdam(0.01, 0.1),
    };

    /// <summary>Numbers of many sizes that look like nothing in particular.</summary>
    private static float[] Values(int seed) =>
        [.. Enumerable.Range(1, Length).Select(index => MathF.Sin(index * seed * 12.9898f) * MathF.Exp((index % 17) - 8))];
}
