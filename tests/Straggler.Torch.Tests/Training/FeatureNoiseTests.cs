using MathNet.Numerics.Distributions;
using Straggler.Configuration;
using Straggler.Simulation;
using Straggler.Torch.Datasets;
using Straggler.Torch.Training;
using Straggler.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Tests.Training;

public sealed class FeatureNoiseTests
{
    private static readonly RandomStreams _streams = new(5);

    [Theory]
    [InlineData(MemoryOrder.ChannelsLast)]
    [InlineData(MemoryOrder.Default)]
    public void FillTraining_Noise_IsGaussianOfItsLevelOnTheScaleOfPixels(MemoryOrder order)
    {
        ImageDataset dataset = TestProblem.Dataset(new(3, 20, 20));
        float[] clean = Fill(dataset, ClientView.Plain, order), noisy = Fill(dataset, View(client: 1, noise: 0.2), order);

        // Back on the scale of pixels: (noisy − clean)·deviation, 39 · 400 values of each channel; 4 standard errors.
        for (int channel = 0; channel < 3; channel++)
        {
            double[] noise = [.. Enumerable.Range(0, clean.Length).Where(index => index / 400 % 3 == channel)
                .Select(index => (noisy[index] - clean[index]) * (double)dataset.Deviation[channel])];
            Assert.Equal(0, noise.Average(), 4 * 0.2 / Math.Sqrt(noise.Length));
            Assert.Equal(0.04, noise.Average(value => value * value), 4 * 0.04 * Math.Sqrt(2.0 / noise.Length));
            Assert.Equal(Normal.CDF(0, 1, 1), noise.Count(value => value < 0.2) / (double)noise.Length, 0.015);
        }
    }

    [Fact]
    public void FillTraining_Noise_DependsOnClientAndSampleAlone()
    {
        ImageDataset dataset = TestProblem.Dataset(new(1, 6, 6));
        using DisposeScope scope = NewDisposeScope();
        using ImageBatch batch = new(dataset, 39);
        ClientView one = View(client: 1, noise: 0.1), two = View(client: 2, noise: 0.1);
        float[] alone = [.. batch.FillTraining([7], ref one).Inputs.flatten().data<float>()];
        float[] second = [.. batch.FillTraining([3, 7], ref one).Inputs[1].flatten().data<float>()];
        float[] other = [.. batch.FillTraining([7], ref two).Inputs.flatten().data<float>()];

        Assert.Equal(alone, second);
        Assert.NotEqual(alone, other);
        Assert.Equal(Fill(dataset, View(1, 0.1), MemoryOrder.Default), Fill(dataset, View(1, 0.1), MemoryOrder.ChannelsLast));
    }

    [Fact]
    public void NoiseOf_Clients_RisesToTheLevelOfTheLast()
    {
        // Three clients at σ = 0.3: 0.1, 0.2, 0.3.
        using TorchProblem problem = TestProblem.Create("logistic", featureNoise: 0.3);
        Assert.Equal([0.1, 0.2, 0.3], Enumerable.Range(0, 3).Select(problem.NoiseOf), (left, right) => Math.Abs(left - right) < 1e-12);
    }

    [Fact]
    public void Train_Noise_ChangesTrainingAndNotTheTestImages()
    {
        using TorchProblem clean = TestProblem.Create("logistic"), noisy = TestProblem.Create("logistic", featureNoise: 0.5);
        float[] dispatched = TestProblem.Initial(clean);
        using IClientLearner one = clean.CreateLearner(), two = noisy.CreateLearner();

        Assert.NotEqual(TestProblem.Train(clean, one, dispatched).Local, TestProblem.Train(noisy, two, dispatched).Local);
        Assert.Equal(TestProblem.Train(noisy, two, dispatched).Local, TestProblem.Train(noisy, two, dispatched).Local);
        Assert.Equal(one.Evaluate(dispatched, 0, new int[23]), two.Evaluate(dispatched, 0, new int[23]));
    }

    [Fact]
    public void Problem_NoiseOnText_IsRefused() => Assert.Equal(
        "partition.feature_noise",
        Assert.Throws<InvalidOptionException>(() => TestProblem.Create("char_gru", dataset: TestProblem.Text(), featureNoise: 0.1)).Path);

    private static ClientView View(int client, double noise) => new(_streams, client, _streams.Open(new("augmentation")), noise);

    /// <summary>All training images, [sample, channel, row, column].</summary>
    private static float[] Fill(ImageDataset dataset, ClientView view, MemoryOrder order)
    {
        using DisposeScope scope = NewDisposeScope();
        using ImageBatch batch = new(dataset, 39, order);
        return [.. batch.FillTraining([.. Enumerable.Range(0, 39)], ref view).Inputs.contiguous().flatten().data<float>()];
    }
}
