using Straggler.Torch.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Tests.Models;

public sealed class DropoutTests
{
    [Fact]
    public void Dropout_WhileTraining_ZeroesOrScalesEachElement()
    {
        using DisposeScope scope = NewDisposeScope();
        using Dropper module = new() { Randomness = new(5) };

        float[] values = [.. module.forward(ones(10_000)).data<float>()];

        Assert.All(values, value => Assert.True(value is 0 or 4)); // kept with probability 1/4, then times 4
        Assert.InRange(values.Count(value => value != 0), 2_284, 2_716); // 2,500 ± 5 deviations of √(10,000 · ¼ · ¾)
    }

    [Fact]
    public void Dropout_SameSeed_DropsTheSameWhateverTheGlobalGeneratorDid()
    {
        using DisposeScope scope = NewDisposeScope();
        using Dropper module = new() { Randomness = new(5) };
        float[] first = [.. module.forward(ones(100)).data<float>()];
        manual_seed(9);
        rand(3);
        module.Randomness = new(5);

        Assert.Equal(first, module.forward(ones(100)).data<float>());
        Assert.NotEqual(first, module.forward(ones(100)).data<float>());
    }

    [Fact]
    public void Dropout_WhileEvaluating_DoesNothing()
    {
        using DisposeScope scope = NewDisposeScope();
        using Dropper module = new();
        module.eval();
        Tensor input = ones(5);

        Assert.Same(input, module.forward(input));
    }

    private sealed class Dropper() : FederatedModule("dropper")
    {
        public override Tensor forward(Tensor input) => Dropout(input, 0.75);
    }
}
