using System.ComponentModel.DataAnnotations;
using Straggler.Torch.Datasets;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Straggler.Torch.Models;

/// <summary>Options of <c>char_gru</c>.</summary>
public sealed record CharGruOptions
{
    /// <summary>Numbers that stand for a character; 8 is the paper's.</summary>
    [Range(1, 4096)]
    public int Embedding { get; init; } = 8;

    /// <summary>Units of each recurrent layer; 256 is the paper's.</summary>
    [Range(1, 65536)]
    public int Hidden { get; init; } = 256;

    /// <summary>Recurrent layers, one on the other.</summary>
    [Range(1, 16)]
    public int Layers { get; init; } = 1;
}

/// <summary>Predicts the next character of a text at every position: embedding, gated recurrent units, linear.</summary>
/// <remarks>
/// Layers are named <c>embedding</c>, <c>gru</c>, <c>fc</c>. Source: H. B. McMahan et al., "Communication-efficient learning of deep
/// networks from decentralized data", 2017, arXiv:1602.05629, section 3 (the character-level model for Shakespeare); deviation: GRU cells
/// (K. Cho et al., 2014, arXiv:1406.1078) for LSTM cells, and one layer for two unless <c>layers</c> says so.
/// </remarks>
public sealed class CharGru : FederatedModule
{
    private readonly Embedding _embedding;
    private readonly GRU _gru;
    private readonly Linear _output;
    private readonly int _hidden;

    /// <summary>Makes the model.</summary>
    public CharGru(SequenceShape shape, int classCount, CharGruOptions options)
        : base("char_gru")
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(options);
        _hidden = options.Hidden;
        _embedding = nn.Embedding(shape.Vocabulary, options.Embedding);
        _gru = nn.GRU(options.Embedding, options.Hidden, options.Layers, batchFirst: true);
        _output = nn.Linear(options.Hidden, classCount);
        register_module("embedding", _embedding);
        register_module("gru", _gru);
        register_module("fc", _output);
    }

    /// <summary>Maps sequences to scores of the next character at every position.</summary>
    /// <param name="input">[batch, length] int64.</param>
    /// <returns>[batch × length, classes].</returns>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        (Tensor states, _) = _gru.forward(_embedding.forward(input));
        return _output.forward(states.reshape(-1, _hidden));
    }

    /// <summary>PyTorch's defaults: the embedding standard normal, the recurrent layers uniform within ±1/√hidden.</summary>
    /// <param name="weights">Fills layers from the run's own random stream.</param>
    public override void Initialize(WeightInitializer weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        weights.Normal(_embedding.weight!, 1);
        foreach (Parameter parameter in _gru.parameters())
        {
            weights.Uniform(parameter, 1 / Math.Sqrt(_hidden));
        }

        weights.FillDefault(_output);
    }
}
