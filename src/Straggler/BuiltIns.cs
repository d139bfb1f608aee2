using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Partitioning;
using Straggler.Staleness;
using Straggler.Strategies;

namespace Straggler;

/// <summary>The one table of everything that a configuration can name: config name, summary, source, options, factory.</summary>
/// <remarks>Models and data sets have a table of their own beside the library that knows tensors.</remarks>
public static class BuiltIns
{
    /// <summary>Server strategies.</summary>
    public static Catalog<StrategyFactory> Strategies { get; } = new("strategy",
    [
        Strategy<FedAsyncOptions>("fedasync", "Mixes each arriving model in at once, discounted by staleness.",
            "Xie et al. 2019, arXiv 1903.03934, Algorithm 1", (o, _) => new FedAsync(o)),
        Strategy<FedBuffOptions>("fedbuff", "Applies the mean of every K arriving deltas, discounted by staleness.",
            "Nguyen et al. 2022, arXiv 2106.06639, Algorithm 1", (o, services) => new FedBuff(o, services)),
        Strategy<DynStaleOptions>("dynstale", "Mixes by a staleness decay that adapts and by agreement with recent updates.",
            "The Python baseline's custom strategy", (o, services) => new DynStale(o, services)),
        Strategy<FedAvgOptions>("fedavg", "Synchronous rounds: the mean of all clients of a round.",
            "McMahan et al. 2017, arXiv 1602.05629, Algorithm 1", (o, services) => new FedAvg(o, services)),
    ]);

    /// <summary>Weights by staleness.</summary>
    public static Catalog<IStalenessWeight> StalenessWeights { get; } = new("staleness function",
    [
        Catalog<IStalenessWeight>.Line<NoOptions>("constant", "1: staleness does not matter.",
            "Xie et al. 2019, arXiv 1903.03934, section 5", _ => new ConstantWeight()),
        Catalog<IStalenessWeight>.Line<PolynomialWeightOptions>("polynomial", "(1 + s)^-a.",
            "Xie et al. 2019, arXiv 1903.03934, section 5", o => new PolynomialWeight(o)),
        Catalog<IStalenessWeight>.Line<HingeWeightOptions>("hinge", "1 up to b, then 1/(a(s - b) + 1).",
            "Xie et al. 2019, arXiv 1903.03934, section 5", o => new HingeWeight(o)),
        Catalog<IStalenessWeight>.Line<ExponentialWeightOptions>("exponential", "e^(-lambda s).",
            "The Python baseline's dynamic-staleness strategy with a fixed rate", o => new ExponentialWeight(o)),
    ], text =>
    {
        StalenessExpression expression = StalenessExpression.Parse(text);
        return new(text, new NoOptions(), _ => expression);
    });

    /// <summary>Distributions of delays and link speeds.</summary>
    public static Catalog<IDistribution> Distributions { get; } = new("distribution",
    [
        Catalog<IDistribution>.Line<LognormalOptions>("lognormal", "exp(mu + sigma N(0,1)).", "The Python baseline", o => new Lognormal(o)),
        Catalog<IDistribution>.Line<ParetoOptions>("pareto", "Power-law tail above a scale, optionally capped.",
            "The Python baseline", o => new Pareto(o)),
        Catalog<IDistribution>.Line<UniformOptions>("uniform", "Between low and high.", "", o => new Uniform(o)),
        Catalog<IDistribution>.Line<ExponentialOptions>("exponential", "Memoryless, with the given mean.", "", o => new Exponential(o)),
        Catalog<IDistribution>.Line<HalfNormalOptions>("half_normal", "min + sd |N(0,1)|.",
            "Nguyen et al. 2022, arXiv 2106.06639", o => new HalfNormal(o)),
        Catalog<IDistribution>.Line<ConstantOptions>("constant", "Always the same value.", "", o => new Constant(o)),
    ]);

    /// <summary>Ways to deal the training samples out.</summary>
    public static Catalog<IPartitioner> Partitioners { get; } = new("partitioner",
    [
    ]);

    private static Catalog<StrategyFactory>.Entry Strategy<TOptions>(
        string name, string summary, string source, Func<TOptions, StrategyServices, IServerStrategy> create)
        where TOptions : class, new() =>
        Catalog<StrategyFactory>.Line<TOptions>(name, summary, source, options => services => create(options, services));
}
