using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Torch.Datasets;
using Straggler.Torch.Models;
using Straggler.Torch.NativeLoading;
using TorchSharp;

namespace Straggler.Torch.Training;

/// <summary>How large a model is, for runs that need its size and nothing else.</summary>
public static class ModelSize
{
    /// <summary>The layout of a model for a data set's samples; loads libtorch and makes the model once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="dataset">The data set; its files are not touched.</param>
    /// <exception cref="NativeLoadException">libtorch cannot be loaded.</exception>
    /// <exception cref="ModelShapeException">The model cannot work on such samples.</exception>
    public static ParameterLayout LayoutOf(Choice<ModelFactory> model, DatasetDefinition dataset)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        NativeLoader.Load();
        using DisposeScope scope = torch.NewDisposeScope();
        using FlatModel example = new(model.Create()(dataset.Input, dataset.ClassNames.Length));
        return example.Layout;
    }
}
