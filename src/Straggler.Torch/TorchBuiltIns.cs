using Straggler.Configuration;
using Straggler.Torch.Datasets;
using Straggler.Torch.Models;

namespace Straggler.Torch;

/// <summary>The table of models and data sets that a configuration can name; it stands beside <see cref="BuiltIns"/>.</summary>
public static partial class TorchBuiltIns
{
    /// <summary>Models.</summary>
    public static Catalog<ModelFactory> Models { get; } = new("model",
    [
        Catalog<ModelFactory>.Line<CnnOptions>(
            "cnn", "Two 3x3 convolutions and two linear layers", "McMahan et al. 2017, arXiv:1602.05629",
            options => OnImages("cnn", (shape, classes) => new Cnn(shape, classes, options))),
        Catalog<ModelFactory>.Line<MlpOptions>(
            "mlp", "Perceptron with two hidden layers of 200", "McMahan et al. 2017, arXiv:1602.05629",
            options => OnImages("mlp", (shape, classes) => new Mlp(shape, classes, options))),
        Catalog<ModelFactory>.Line<NoOptions>(
            "logistic", "Logistic regression on the pixels", "https://pytorch.org/docs/stable/generated/torch.nn.Linear.html",
            _ => OnImages("logistic", (shape, classes) => new LogisticRegression(shape, classes))),
        Catalog<ModelFactory>.Line<SqueezeNetOptions>(
            "squeezenet", "SqueezeNet 1.1, torchvision's; stem: small suits 32x32", "Iandola et al. 2016, arXiv:1602.07360",
            options => OnImages("squeezenet", (shape, classes) => new SqueezeNet(shape, classes, options))),
        Catalog<ModelFactory>.Line<ResNetOptions>(
            "resnet18", "ResNet-18, torchvision's; stem: small suits 32x32", "He et al. 2015, arXiv:1512.03385",
            options => OnImages("resnet18", (shape, classes) => ResNet.ResNet18(shape, classes, options))),
        Catalog<ModelFactory>.Line<ResNetOptions>(
            "resnet34", "ResNet-34, torchvision's; stem: small suits 32x32", "He et al. 2015, arXiv:1512.03385",
            options => OnImages("resnet34", (shape, classes) => ResNet.ResNet34(shape, classes, options))),
        Catalog<ModelFactory>.Line<SmallResNetOptions>(
            "resnet_small", "A ResNet of three small stages for 28x28 and 32x32", "He et al. 2015, arXiv:1512.03385, section 4.2",
            options => OnImages("resnet_small", (shape, classes) => ResNet.Small(shape, classes, options))),
        Catalog<ModelFactory>.Line<CharGruOptions>(
            "char_gru", "Embedding, gated recurrent units and a linear layer: the next character of a text", "McMahan et al. 2017, arXiv:1602.05629",
            options => (input, classes) => input is SequenceShape shape ? new CharGru(shape, classes, options) : throw Mismatch("char_gru", "text", input)),
    ]);

    private static ModelFactory OnImages(string name, Func<ImageShape, int, FederatedModule> create) => (input, classes) =>
        input is ImageShape shape ? create(shape, classes) : throw Mismatch(name, "images", input);

    private static ModelShapeException Mismatch(string name, string wanted, IInputShape input) => new(
        $"model \"{name}\" works on {wanted}, and the data set holds {input.Description}. char_gru works on text, the other models on images.");
}
