using System.Globalization;
using Straggler.Arrays;
using Straggler.Federation;

namespace Straggler.Recording;

/// <summary>A local model that a run has kept: a .npz file of 32-bit floats for each arrival, beside the table that lists them.</summary>
/// <remarks>
/// <c>local_models.csv</c> lists the arrivals, <c>local_models/00000001.npz</c> holds the model that came first. Arrays have the names and
/// shapes of the model's parts, in the order in which they travel. 32-bit floats are what the server computes with, so nothing is lost.
/// </remarks>
public static class LocalModelFile
{
    /// <summary>The table's file name.</summary>
    public const string Table = "local_models.csv";

    /// <summary>The folder with the models, beside the table.</summary>
    public const string Folder = "local_models";

    /// <summary>The table's columns; a public contract.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["arrival", "client", "train_loss", "gradient_steps", "loss_drop", "rms_loss", "update_norm", "upload_bytes", "parameters_sha256"];

    /// <summary>The file of an arrival's model.</summary>
    /// <param name="table">The table.</param>
    /// <param name="arrival">The arrival, from 1.</param>
    public static string PathOf(string table, long arrival) =>
        Path.Combine(Path.GetDirectoryName(table) ?? "", Folder, arrival.ToString("D8", CultureInfo.InvariantCulture) + ".npz");

    /// <summary>The arrival of which a file holds the model, complete or not.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The arrival; null for any other file.</returns>
    public static long? ArrivalOf(string path) =>
        long.TryParse(Path.GetFileName(path).Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long arrival) ? arrival : null;

    /// <summary>Encodes a model.</summary>
    /// <param name="layout">The model's parts.</param>
    /// <param name="canonical">The values, each part in PyTorch's element order; not looked at any more once this returns.</param>
    /// <returns>Writes the file.</returns>
    public static Action<Stream> Encode(ParameterLayout layout, ReadOnlySpan<float> canonical) => WireLayout.Of(layout).EncodeNpz(canonical);

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">The model's parts.</param>
    /// <param name="canonical">Receives the values, each part in PyTorch's element order.</param>
    /// <exception cref="NpyException">The file is damaged or of another model; the message names it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static void Read(string path, ParameterLayout layout, Span<float> canonical)
    {
        WireLayout arrays = WireLayout.Of(layout);
        IReadOnlyList<NpzEntry> entries = NpzFile.Read(path, arrays.LargestByteCount);
        try
        {
            arrays.ReadArrays([.. entries.Select(entry => entry.Array)], canonical);
        }
        catch (NpyException fault)
        {
            throw new NpyException($"{path}: {fault.Message}.", fault);
        }
    }
}
