using Straggler.Arrays;
using Straggler.Experiments;
using Straggler.Flower;
using Straggler.Flower.Live;
using Straggler.Flower.Models;
using Straggler.Lab.Running;
using Straggler.Torch.Training;

namespace Straggler.Cli.Running;

/// <summary>The models that a live run may begin with, and how they travel.</summary>
internal static class LiveModels
{
    /// <summary>Says that the first client's parameters are to be taken.</summary>
    public const string FromClient = "client";

    /// <summary>How a model of ours travels.</summary>
    public static LiveModel Of(TorchProblem problem) => new(WireLayout.Of(problem.Layout))
    {
        ToCanonical = problem.ToCanonical,
        FromCanonical = problem.FromCanonical,
    };

    /// <summary>How a model travels of which only the arrays are known.</summary>
    public static LiveModel Of(WireLayout layout) => new(layout);

    /// <summary>Reads the values of a model of ours.</summary>
    /// <param name="file">A .npz or .safetensors file; null for those that the seed makes.</param>
    /// <param name="problem">The model.</param>
    /// <exception cref="NpyException">The file is not of this model.</exception>
    public static InitialModel? Read(string? file, TorchProblem problem) =>
        file is null ? null : ModelFiles.Read(file, problem, "With training=none the server takes any model.");

    /// <summary>Takes the parameters of a client.</summary>
    /// <exception cref="FlowerException">They are of no use.</exception>
    public static (WireLayout Layout, InitialModel Model) Take(WireModel model)
    {
        try
        {
            return ModelFiles.Take([.. model.Files.Select(image => new NpyArray(image))], null, "the model");
        }
        catch (NpyException fault)
        {
            throw new FlowerException(fault.Message, fault);
        }
    }

    /// <summary>Writes a model so that <see cref="ModelFiles.Read(string)"/> gives it again to the bit, types and order of its arrays included.</summary>
    /// <param name="file">A .npz file, complete or not there.</param>
    /// <param name="model">How the model travels.</param>
    /// <param name="initial">The model.</param>
    /// <exception cref="RunDirectoryException">It cannot be written.</exception>
    public static void Write(string file, LiveModel model, InitialModel initial)
    {
        float[] canonical = new float[initial.Initial.Length];
        model.ToCanonical(initial.Initial, canonical);
        AtomicFile.Write(file, model.Layout.EncodeNpz(canonical));
    }
}
