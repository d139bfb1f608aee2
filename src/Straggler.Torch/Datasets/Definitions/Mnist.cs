using System.Collections.Immutable;
using static Straggler.Torch.Datasets.Definitions.IdxFiles;

namespace Straggler.Torch.Datasets.Definitions;

/// <summary>MNIST's handwritten digits.</summary>
/// <remarks>
/// Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE 1998.
/// The SHA-256 values of the downloads are those of the original files (the site often refuses downloads, hence the mirrors); those
/// of the contents, and the mean and deviation, were computed from them.
/// </remarks>
internal static class Mnist
{
    private static readonly ImmutableArray<string> _addresses =
    [
        "http://yann.lecun.com/exdb/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ];

    public static DatasetDefinition Full { get; } = new()
    {
        Name = "mnist",
        Summary = "MNIST: 60,000 training and 10,000 test images of handwritten digits, 28×28 grey.",
        Source = "http://yann.lecun.com/exdb/mnist/",
        Licence = "none stated by the authors (often given as CC BY-SA 3.0)",
        Input = new ImageShape(1, 28, 28),
        ClassNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        Mean = [0.13066048f],
        Deviation = [0.30810780f],
        Files =
        [
            TrainImages(60_000, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            TrainLabels(60_000, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            TestImages(10_000, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            TestLabels(10_000, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        ],
        Folders = ["mnist", "MNIST/raw"],
        Downloads =
        [
            Download(_addresses, TrainImagesName, 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            Download(_addresses, TrainLabelsName, 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            Download(_addresses, TestImagesName, 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            Download(_addresses, TestLabelsName, 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ],
    };
}
