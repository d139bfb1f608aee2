using Straggler.Experiments;
using Straggler.Torch;

namespace Straggler.Lab.Running;

/// <summary>Reads configurations that can name every built-in.</summary>
internal static class PlanLoading
{
    /// <summary>A reader for them.</summary>
    public static PlanLoader CreateLoader() => new(new(TorchBuiltIns.Models, TorchBuiltIns.Datasets));
}
