using Straggler.Arrays;
using Straggler.Federation;
using Straggler.Torch.Training;

namespace Straggler.Lab.Running;

/// <summary>The models, in files, that a run may begin with.</summary>
internal static class ModelFiles
{
    /// <summary>The file in which the run directory of a live run keeps a model to begin with that the seed does not make.</summary>
    public const string Initial = "initial.npz";

    private const long MostBytes = 8L << 30;

    /// <summary>Reads the values of a model of ours.</summary>
    /// <param name="file">A .npz or .safetensors file.</param>
    /// <param name="problem">The model.</param>
    /// <param name="otherwise">A sentence on what to do with another model's file; empty for none.</param>
    /// <exception cref="NpyException">The file is damaged or not of this model.</exception>
    public static InitialModel Read(string file, TorchProblem problem, string otherwise = "")
    {
        float[] canonical = new float[problem.Layout.Length], parameters = new float[canonical.Length];
        try
        {
            if (IsSafeTensors(file))
            {
                SafeTensorsFile.Read(file, problem.Layout, canonical);
            }
            else
            {
                WireLayout.Of(problem.Layout).ReadArrays([.. NpzFile.Read(file, MostBytes).Select(entry => entry.Array)], canonical);
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or NpyException)
        {
            throw new NpyException($"{file} is not of the configured model: {fault.Message.TrimEnd('.')}. {otherwise}".TrimEnd(), fault);
        }

        CheckFinite(canonical, file);
        problem.FromCanonical(canonical, parameters);
        return new(problem.Layout, parameters);
    }

    /// <summary>Reads a model of any kind.</summary>
    /// <param name="file">A .npz file.</param>
    /// <exception cref="NpyException">The file is damaged or of another kind.</exception>
    public static (WireLayout Layout, InitialModel Model) Read(string file)
    {
        if (IsSafeTensors(file))
        {
            throw new NpyException($"{file}: a safetensors file does not say in which order its tensors travel. Expected a .npz file, or the model in the configuration with training=local.");
        }

        IReadOnlyList<NpzEntry> entries = NpzFile.Read(file, MostBytes);
        return Take([.. entries.Select(entry => entry.Array)], [.. entries.Select(entry => entry.Name)], file);
    }

    /// <summary>Takes a model of any kind of which the arrays are at hand.</summary>
    /// <param name="arrays">The arrays.</param>
    /// <param name="names">Their names, where there are any.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="NpyException">They are of no use.</exception>
    public static (WireLayout Layout, InitialModel Model) Take(IReadOnlyList<NpyArray> arrays, IReadOnlyList<string>? names, string source)
    {
        WireLayout layout = WireLayout.Of(arrays, names);
        if (layout.Parameters.TrainableLength == 0)
        {
            throw new NpyException($"{source} holds no floats, so there is nothing to train.");
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
            throw new NpyException($"{source} holds values that are not finite.");
        }
    }

    private static bool IsSafeTensors(string file) => Path.GetExtension(file).Equals(".safetensors", StringComparison.OrdinalIgnoreCase);
}
