using Straggler.Arrays;
using Straggler.Experiments;
using Straggler.Federation;
using Straggler.Flower;
using Straggler.Flower.Live;
using Straggler.Flower.Models;
using Straggler.Lab.Running;
using Straggler.Torch.Training;

namespace Straggler.Cli.Running;

/// <summary>The models that a live run may begin with.</summary>
internal static class LiveModels
{
    /// <summary>Says that the first client's parameters are to be taken.</summary>
    public const string FromClient = "client";

    private const long MostBytes = 8L << 30;

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
    /// <exception cref="FlowerException">The file is not of this model.</exception>
    public static InitialModel? Read(string? file, TorchProblem problem)
    {
        if (file is null)
        {
            return null;
        }

        float[] canonical = new float[problem.Layout.Length], parameters = new float[canonical.Length];
        try
        {
            if (IsSafeTensors(file))
            {
                SafeTensorsFile.Read(file, problem.Layout, canonical);
            }
            else
            {
                WireLayout.Of(problem.Layout).ReadArrays([.. Entries(file).Select(entry => entry.Array)], canonical);
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or NpyException)
        {
            throw new FlowerException($"{file} is not of the configured model: {fault.Message.TrimEnd('.')}. With training=none the server takes any model.", fault);
        }

        CheckFinite(canonical, file);
        problem.FromCanonical(canonical, parameters);
        return new(problem.Layout, parameters);
    }

    /// <summary>Reads a model of any kind.</summary>
    /// <param name="file">A .npz file.</param>
    /// <exception cref="FlowerException">The file is damaged or of another kind.</exception>
    public static (WireLayout Layout, InitialModel Model) Read(string file)
    {
        if (IsSafeTensors(file))
        {
            throw new FlowerException($"{file}: a safetensors file does not say in which order its tensors travel. Expected a .npz file, or the model in the configuration with training=local.");
        }

        IReadOnlyList<NpzEntry> entries = Entries(file);
        return Take([.. entries.Select(entry => entry.Array)], [.. entries.Select(entry => entry.Name)], file);
    }

    /// <summary>Takes the parameters of a client.</summary>
    /// <exception cref="FlowerException">They are of no use.</exception>
    public static (WireLayout Layout, InitialModel Model) Take(WireModel model)
    {
        try
        {
            return Take([.. model.Files.Select(image => new NpyArray(image))], null, "the model");
        }
        catch (NpyException fault)
        {
            throw new FlowerException(fault.Message, fault);
        }
    }

    /// <summary>Writes a model so that <see cref="Read(string)"/> gives it again to the bit, types and order of its arrays included.</summary>
    /// <param name="file">A .npz file, complete or not there.</param>
    /// <param name="model">How the model travels.</param>
    /// <param name="initial">The model.</param>
    /// <exception cref="RunDirectoryException">It cannot be written.</exception>
    public static void Write(string file, LiveModel model, InitialModel initial)
    {
        float[] canonical = new float[initial.Initial.Length];
        model.ToCanonical(initial.Initial, canonical);
        IEnumerable<ReadOnlyMemory<byte>> arrays = model.Layout.WriteFiles(canonical).Select(array => (ReadOnlyMemory<byte>)array);
        AtomicFile.Write(file, stream => NpzFile.Write(stream, model.Layout.Tensors.Select(tensor => tensor.Name).Zip(arrays)));
    }

    private static (WireLayout Layout, InitialModel Model) Take(NpyArray[] arrays, string[]? names, string source)
    {
        WireLayout layout = WireLayout.Of(arrays, names);
        if (layout.Parameters.TrainableLength == 0)
        {
            throw new FlowerException($"{source} holds no floats, so there is nothing to train.");
        }

        float[] values = new float[layout.Parameters.Length];
        layout.ReadArrays(arrays, values);
        CheckFinite(values, source);
        return (layout, new(layout.Parameters, values));
    }

    private static void CheckFinite(float[] values, string source)
    {
        if (!FlatVector.IsFinite(values))
        {
            throw new FlowerException($"{source} holds values that are not finite.");
        }
    }

    private static IReadOnlyList<NpzEntry> Entries(string file)
    {
        using FileStream stream = File.OpenRead(file);
        try
        {
            return NpzFile.Read(stream, MostBytes);
        }
        catch (NpyException fault)
        {
            throw new FlowerException($"{file}: {fault.Message}", fault);
        }
    }

    private static bool IsSafeTensors(string file) => Path.GetExtension(file).Equals(".safetensors", StringComparison.OrdinalIgnoreCase);
}
