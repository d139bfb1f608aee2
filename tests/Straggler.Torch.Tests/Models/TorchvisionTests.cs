using System.Text.Json;
using Straggler.Federation;
using Straggler.Torch.Datasets;
using Straggler.Torch.Models;
using Straggler.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Tests.Models;

/// <summary>Compares with torchvision itself; see Golden/make_torchvision_golden.py for how its numbers were obtained.</summary>
public sealed class TorchvisionTests : IDisposable
{
    private const int Classes = 10;
    private const int Side = 32;

    private static readonly JsonElement _golden = ReadGolden();

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData("squeezenet")]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    public void Layout_AnyModel_HasTorchvisionsNamesAndShapes(string name)
    {
        using FlatModel model = Make(name);
        var expected = _golden.GetProperty(name).GetProperty("state").EnumerateObject()
            .Select(entry => (entry.Name, Shape: string.Join(",", entry.Value.EnumerateArray().Select(size => size.GetInt32())))).ToList();

        // Each group keeps state_dict's order.
        static bool IsBuffer(string tensor) => tensor.Contains("running_", StringComparison.Ordinal);
        static bool IsCounter(string tensor) => tensor.EndsWith("num_batches_tracked", StringComparison.Ordinal);
        Assert.Equal(
            expected.Where(entry => !IsBuffer(entry.Name) && !IsCounter(entry.Name)).Concat(expected.Where(entry => IsBuffer(entry.Name))),
            model.Layout.Parts.Select(part => (part.Name, string.Join(",", part.Shape))));
        Assert.Equal(expected.Where(entry => IsCounter(entry.Name)).Select(entry => entry.Name), model.Layout.Counters);
        Assert.All(
            model.Layout.Parts,
            part => Assert.Equal(part.Name.EndsWith("running_var", StringComparison.Ordinal), part.NonNegative));
    }

    [Theory]
    [InlineData("squeezenet")]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    public void ParameterCount_ThousandClasses_IsTorchvisions(string name)
    {
        using FederatedModule module = TorchBuiltIns.Models.Choose(name).Create()(new ImageShape(3, 224, 224), 1000);

        Assert.Equal(_golden.GetProperty(name).GetProperty("parameters_1000").GetInt64(), module.parameters().Sum(part => part.numel()));
    }

    [Theory]
    [InlineData("squeezenet")]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    public void Forward_EvaluationMode_GivesTorchvisionsLogitsAndGradients(string name)
    {
        using FlatModel model = Make(name);
        model.Module.eval();

        Tensor logits = model.Module.forward(Inputs());
        model.Module.Loss(logits, Labels()).backward();

        JsonElement golden = _golden.GetProperty(name);
        double[] expected = [.. golden.GetProperty("logits").EnumerateArray().Select(value => value.GetDouble())];
        AssertClose(expected, logits.flatten().data<float>().Select(value => (double)value), 1e-4);
        var gradients = golden.GetProperty("eval_gradient_norms");
        AssertClose(
            gradients.EnumerateObject().Select(entry => entry.Value.GetDouble()),
            gradients.EnumerateObject().Select(entry => Norm(model, model.Gradient, entry.Name)),
            1e-4);
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    public void Training_TwoSgdSteps_GivesTorchvisionsLossesAndBuffers(string name)
    {
        using FlatModel model = Make(name);
        FlatSgd optimizer = new(0.0001, 0.9, nesterov: true, 0.001);
        model.Module.train();

        List<double> losses = [];
        for (int step = 0; step < 2; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            model.Gradient.zero_();
            Tensor loss = model.Module.Loss(model.Module.forward(Inputs()), Labels());
            loss.backward();
            optimizer.Step(model.Trained, model.Gradients);
            losses.Add(loss.item<float>());
        }

        JsonElement golden = _golden.GetProperty(name);
        AssertClose(golden.GetProperty("train_losses").EnumerateArray().Select(value => value.GetDouble()), losses, 1e-3);
        var buffers = golden.GetProperty("buffer_norms");
        AssertClose(
            buffers.EnumerateObject().Select(entry => entry.Value.GetDouble()),
            buffers.EnumerateObject().Select(entry => Norm(model, model.Vector, entry.Name)),
            1e-3);
    }

    private static JsonElement ReadGolden()
    {
        using Stream stream = typeof(TorchvisionTests).Assembly.GetManifestResourceStream("torchvision.json")!;
        return JsonDocument.Parse(stream).RootElement;
    }

    /// <summary>A model with the golden file's weights.</summary>
    private static FlatModel Make(string name)
    {
        FlatModel model = new(TorchBuiltIns.Models.Choose(name).Create()(new ImageShape(3, Side, Side), Classes));
        float[] canonical = new float[model.Layout.Length];
        List<string> order = [.. _golden.GetProperty(name).GetProperty("state").EnumerateObject().Select(entry => entry.Name)
            .Where(tensor => !tensor.EndsWith("num_batches_tracked", StringComparison.Ordinal))];
        foreach (ParameterPart part in model.Layout.Parts)
        {
            Fill(part, order.IndexOf(part.Name), canonical.AsSpan(part.Offset, part.Length));
        }

        StorageOrder.FromCanonical(model.Layout, canonical, model.Values);
        return model;
    }

    private static void Fill(ParameterPart part, int salt, Span<float> values)
    {
        bool aroundOne = part.NonNegative
            || (!part.Name.Contains("bias", StringComparison.Ordinal) && !part.Name.Contains("running_mean", StringComparison.Ordinal));
        for (int index = 0; index < values.Length; index++)
        {
            double value = Pattern(index, salt);
            values[index] = (float)(part.Shape.Length > 1 ? value * Math.Sqrt(6.0 * part.Shape[0] / part.Length)
                : aroundOne ? 1 + (value / 4)
                : value / 10);
        }
    }

    private static double Pattern(long k, long salt) => (((k * 7919) + (salt * 104729) + (k * k % 8191)) % 2003 / 1001.5) - 1;

    /// <summary>The golden file's inputs, stored channels-last as learners store them.</summary>
    private static Tensor Inputs()
    {
        float[] values = [.. Enumerable.Range(0, 4 * 3 * Side * Side).Select(index => (float)Pattern(index, 99))];
        return tensor(values).reshape(4, 3, Side, Side).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
    }

    private static Tensor Labels() => tensor([3L, 1L, 4L, 1L]);

    private static double Norm(FlatModel model, Tensor flat, string name)
    {
        ParameterPart part = model.Layout.Parts.Single(part => part.Name == name);
        return flat.narrow(0, part.Offset, part.Length).to(ScalarType.Float64).norm().item<double>();
    }

    private static void AssertClose(IEnumerable<double> expected, IEnumerable<double> actual, double tolerance)
    {
        foreach ((double wanted, double got) in expected.Zip(actual, (wanted, got) => (wanted, got)))
        {
            Assert.Equal(wanted, got, tolerance * Math.Max(1, Math.Abs(wanted)));
        }
    }
}
