namespace Straggler.Torch.Models;

/// <summary>The first layers of a network made for photographs.</summary>
public enum Stem
{
    /// <summary>
    /// torchvision's, made for 224×224: it halves the image twice at once, so that 28×28 and 32×32 images reach the last stage as a
    /// single pixel. Quick, and what the plain name means in the field; the small stem learns small images better.
    /// </summary>
    Torchvision,

    /// <summary>For 28×28 and 32×32 images: a 3×3 convolution with stride 1 in front, so that the last stage still sees 4×4 pixels.</summary>
    Small,
}
