using System.Collections.Immutable;
using static Straggler.Torch.Datasets.Definitions.IdxFiles;

namespace Straggler.Torch.Datasets.Definitions;

/// <summary>Fashion-MNIST, whole and as the small subset that is shipped.</summary>
/// <remarks>
/// Source: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms", 2017,
/// arXiv:1708.07747. The SHA-256 values of the downloads are those of Zalando's files; those of the contents, and the means and
/// deviations, were computed from the same files as Debian ships them.
/// </remarks>
internal static class FashionMnist
{
    private const string Paper = "https://arxiv.org/abs/1708.07747";

    private static readonly ImmutableArray<string> _classNames =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    private static readonly ImmutableArray<string> _addresses =
    [
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ];

    public static DatasetDefinition Small { get; } = new()
    {
        Name = "fashion_mnist_small",
        Summary = "The first 1,000 training and 200 test images of each class of Fashion-MNIST, 28×28 grey; shipped with Straggler.",
        Source = Paper,
        Licence = "MIT",
        Input = new ImageShape(1, 28, 28),
        ClassNames = _classNames,
        Mean = [0.28668165f],
        Deviation = [0.35401257f],
        Files =
        [
            TrainImages(10_000, "d33512cfdc636a0d8972818e6659995be209a88891df7fa2109d7895922c8985"),
            TrainLabels(10_000, "620cb8e3b9348037c5ff9a07b02d773ab165330e072dfd19e0d21c59f8042dcf"),
            TestImages(2_000, "15a92dd1e9b16ea361928086e77df4dfa890c255c00b5a8c8162c1040ce8eef1"),
            TestLabels(2_000, "234596aeb6eb48133ec99a62541f90bc0728c9559a681f1e0638037462458f2c"),
        ],
        Folders = ["fashion_mnist_small"],
    };

    public static DatasetDefinition Full { get; } = new()
    {
        Name = "fashion_mnist",
        Summary = "Fashion-MNIST: 60,000 training and 10,000 test images of 10 kinds of clothing, 28×28 grey.",
        Source = Paper,
        Licence = "MIT",
        Input = new ImageShape(1, 28, 28),
        ClassNames = _classNames,
        Mean = [0.28604060f],
        Deviation = [0.35302424f],
        Files =
        [
            TrainImages(60_000, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
            TrainLabels(60_000, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
            TestImages(10_000, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
            TestLabels(10_000, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
        ],
        Folders = ["fashion_mnist", "fashion-mnist", "FashionMNIST/raw"],
        Downloads =
        [
            Download(_addresses, TrainImagesName, 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            Download(_addresses, TrainLabelsName, 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            Download(_addresses, TestImagesName, 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            Download(_addresses, TestLabelsName, 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ],
    };
}
