using CsCheck;
using Straggler.Configuration;
using Straggler.Delays;

namespace Straggler.Tests.Support;

/// <summary>Random delays over a link that the clients share.</summary>
internal static class SharedLinks
{
    /// <summary>What a task sends: unequal ways.</summary>
    public static TransferBytes Bytes { get; } = new(1000, 400);

    /// <summary>Clients' links and latencies, drawn; the server's link without limit in every way.</summary>
    public static Gen<DelayOptions> WithoutLink { get; } =
        from compute in Delayed.WithoutTies
        from whole in Gen.Bool
        from latency in Gen.Int[0, 2]
        from perTask in Gen.Bool
        select (whole ? Delayed.WholeSeconds : compute) with
        {
            // A model in about a second.
            Bandwidth = new()
            {
                Dist = whole ? Choose("constant", new ConstantOptions { Value = 1000 }) : Choose("lognormal", new LognormalOptions { Mu = 7, Sigma = 1 }),
                Per = perTask ? DelayScope.Task : DelayScope.Client,
                UploadFraction = 0.4,
            },
            NetworkJitter = latency == 0 ? null
                : new() { Dist = Choose("exponential", new ExponentialOptions { Mean = 0.5 }), Mode = latency == 1 ? JitterMode.Add : JitterMode.Multiply },
        };

    /// <summary>Links that hold up little or much.</summary>
    public static Gen<DelayOptions> Any { get; } =
        from delay in WithoutLink
        from discipline in Gen.Enum<LinkDiscipline>()
        from down in Gen.OneOf(Gen.Const((double?)null), Gen.Double[300, 5000].Select(bytes => (double?)bytes))
        from up in Gen.Double[300, 5000]
        select delay with { ServerLink = new() { Download = down, Upload = up, Discipline = discipline } };

    private static Choice<IDistribution> Choose(string name, object options) => BuiltIns.Distributions.Choose(name) with { Options = options };
}
