using Straggler.Aggregation;
using Straggler.Availability;
using Straggler.Compression;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Metrics;
using Straggler.Partitioning;
using Straggler.Scheduling;
using Straggler.Staleness;
using Straggler.Strategies;

namespace Straggler;

/// <summary>The one table of everything that a configuration can name: config name, summary, source, options, factory.</summary>
/// <remarks>Models and data sets have a table of their own beside the library that knows tensors.</remarks>
public static class BuiltIns
{
    /// <summary>Every table here, by the name that <c>straggler list</c> knows it under.</summary>
    public static IReadOnlyDictionary<string, ICatalog> Tables => new Dictionary<string, ICatalog>
    {
        ["strategies"] = Strategies,
        ["staleness"] = StalenessWeights,
        ["optimizers"] = ServerOptimizers,
        ["schedulers"] = DispatchPolicies,
        ["selections"] = Selections,
        ["delays"] = Distributions,
        ["compressors"] = Compressors,
        ["availability"] = Availability,
        ["partitioners"] = Partitioners,
    };

    /// <summary>Server strategies.</summary>
    public static Catalog<StrategyFactory> Strategies { get; } = new("strategy",
    [
        Strategy<FedAsyncOptions>("fedasync", "Mixes each arriving model in at once, discounted by staleness.",
            "Xie et al. 2019, arXiv 1903.03934, Algorithm 1", (o, _) => new FedAsync(o)),
        Strategy<FedBuffOptions>("fedbuff", "Applies the mean of every K arriving deltas, discounted by staleness.",
            "Nguyen et al. 2022, arXiv 2106.06639, Algorithm 1", (o, services) => new FedBuff(o, services)),
        Strategy<DynStaleOptions>("dynstale", "Mixes by a staleness decay that adapts and by agreement with recent updates.",
            "The Python baseline's custom strategy", (o, services) => new DynStale(o, services)),
        Strategy<TrustWeightOptions>("trustweight", "A buffered mean, weighted by trust, that shrinks what lies across the momentum.",
            "A later strategy of the Python baseline's authors", (o, services) => new TrustWeight(o, services)),
        Strategy<AceOptions>("ace", "Steps at every arrival by the mean of all clients' last deltas.",
            "Chang et al. 2025, arXiv 2511.19066", (o, services) => new Ace(o, services)),
        Strategy<AcedOptions>("aced", "Steps at every arrival by the mean of those clients' last deltas that are not too old.",
            "Chang et al. 2025, arXiv 2511.19066", (o, services) => new Aced(o, services)),
        Strategy<PortOptions>("port", "A buffered mean, weighted by freshness and by agreement with the server's own way.",
            "Su and Li 2022 (IWQoS)", (o, services) => new Port(o, services)),
        Strategy<AsyncFedEdOptions>("asyncfeded", "Adds each arriving delta at a rate that falls with how far the server has moved.",
            "Wang et al. 2022, arXiv 2205.13797", (o, services) => new AsyncFedEd(o, services)),
        Strategy<AreaOptions>("area", "Keeps the model at the mean of all clients' last models.",
            "Iakovidou and Kim 2024, arXiv 2405.10123", (o, services) => new Area(o, services)),
        Strategy<FedAvgOptions>("fedavg", "Synchronous rounds: the mean of all clients of a round.",
            "McMahan et al. 2017, arXiv 1602.05629, Algorithm 1", (o, services) => new FedAvg(o, services)),
        Strategy<FedAvgMOptions>("fedavgm", "FedAvg with momentum on the server.", "Hsu et al. 2019, arXiv 1909.06335, section 4.3",
            (o, services) => FedOpt.Create(o, "sgd", new SgdOptimizerOptions { Momentum = o.Momentum }, services)),
        Strategy<FedAdamOptions>("fedadam", "FedAvg with Adam on the server.", "Reddi et al. 2021, arXiv 2003.00295, Algorithm 2",
            (o, services) => FedOpt.Create(o, "adam", o.Moments, services)),
        Strategy<FedAdamOptions>("fedyogi", "FedAvg with Yogi on the server.", "Reddi et al. 2021, arXiv 2003.00295, Algorithm 2",
            (o, services) => FedOpt.Create(o, "yogi", o.Moments, services)),
        Strategy<FedAdagradOptions>("fedadagrad", "FedAvg with Adagrad on the server.", "Reddi et al. 2021, arXiv 2003.00295, Algorithm 2",
            (o, services) => FedOpt.Create(o, "adagrad", o.Moments, services)),
        Strategy<FedProxOptions>("fedprox", "FedAvg whose clients are held near the model they were sent.",
            "Li et al. 2020, arXiv 1812.06127, Algorithm 2", FedProx.Create),
        Strategy<Ca2FlOptions>("ca2fl", "FedBuff with each delta calibrated by what the client sent before.",
            "Wang et al. 2024 (ICLR), Algorithm 2", (o, services) => new Ca2Fl(o, services)),
        Strategy<FadasOptions>("fadas", "An AMSGrad step for every M arriving deltas, with a rate that falls with their staleness.",
            "Wang et al. 2024 (ICML), arXiv 2407.18365, Algorithms 1 and 2", (o, services) => new Fadas(o, services)),
        Strategy<DelayAdaptiveOptions>("delay_adaptive", "Adds each arriving delta, scaled by threshold / staleness beyond a threshold.",
            "Koloskova et al. 2022, arXiv 2206.08307; Mishchenko et al. 2022, arXiv 2206.07638", (o, services) => new DelayAdaptive(o, services)),
        Strategy<RingmasterOptions>("ringmaster", "Adds each arriving delta that is less stale than R, discards the others.",
            "Maranjyan et al. 2025, arXiv 2501.16168, Algorithm 4", (o, services) => new Ringmaster(o, services)),
        Strategy<RennalaOptions>("rennala", "Steps by the mean of S deltas made from the current model, ignores all others.",
            "Tyurin and Richtarik 2023, arXiv 2305.12387, Rennala SGD", (o, services) => new Rennala(o, services)),
        Strategy<MaleniaOptions>("malenia", "Steps by the mean of all clients' means, made from the current model.",
            "Tyurin and Richtarik 2023, arXiv 2305.12387, Malenia SGD", (o, services) => new Malenia(o, services)),
        Strategy<FedAtOptions>("fedat", "Tiers step in rounds of their own; tiers that step less often weigh more.",
            "Chai et al. 2021, arXiv 2010.05958, Algorithm 2", (o, services) => new FedAt(o, services)),
        Strategy<FedFixOptions>("fedfix", "Sums what has come at fixed intervals, weighted so that every client counts by its data on average.",
            "Fraboni et al. 2023, arXiv 2206.10189", (o, services) => new FedFix(o, services)),
        Strategy<FavasOptions>("favas", "Asks some clients at intervals and counts their steps alike, fast or slow.",
            "Leconte et al. 2023, arXiv 2305.16099, Algorithm 1", (o, services) => new Favas(o, services)),
        Strategy<NoOptions>("quafl", "Asks some clients at intervals; server and clients average their models.",
            "Zakerinia et al. 2022, arXiv 2206.10032, Algorithm 1", (_, services) => new QuAfl(services)),
        Strategy<ScaffoldOptions>("scaffold", "Clients' gradients are corrected by control variates, theirs and the server's.",
            "Karimireddy et al. 2020, arXiv 1910.06378, Algorithm 1, option II", (o, services) => new Scaffold(o, services)),
        Strategy<FedNovaOptions>("fednova", "Averages directions, so that clients with more steps do not pull harder.",
            "Wang et al. 2020, arXiv 2007.07481, Algorithm 1", (o, services) => new FedNova(o, services)),
        Strategy<FedDynOptions>("feddyn", "Clients' losses get a term that makes their optima agree.",
            "Acar et al. 2021, arXiv 2111.04263, Algorithm 1", (o, services) => new FedDyn(o, services)),
        Strategy<MifaOptions>("mifa", "Rounds that step by the mean of every client's latest delta.",
            "Gu et al. 2021, arXiv 2106.04159, Algorithm 1", (o, services) => new Mifa(o, services)),
        Strategy<FedStaleOptions>("fedstale", "Rounds that mix fresh deltas with the latest ones of absent clients.",
            "Rodio and Neglia 2024, arXiv 2405.04171, Algorithm 1", (o, services) => new FedStale(o, o.Beta, services)),
        Strategy<FedVarpOptions>("fedvarp", "FedStale with the latest deltas in full: variance reduction at the server.",
            "Jhunjhunwala et al. 2022, arXiv 2207.14130, Algorithm 1", (o, services) => new FedStale(o, 1, services)),
        Strategy<ParticipationOptions>("unbiased_fedavg", "FedAvg with weights divided by the probability to take part.",
            "Rodio and Neglia 2024, arXiv 2405.04171, with beta = 0", (o, services) => new FedStale(o, 0, services)),
        Strategy<GeneralizedAsyncSgdOptions>("generalized_asyncsgd", "Adds each arriving delta, divided by the probability that its client was drawn.",
            "Leconte et al. 2024, arXiv 2405.00017, Algorithm 1", (o, services) => new GeneralizedAsyncSgd(o, services)),
        Strategy<FedCompassOptions>("fedcompass", "Gives clients as many local steps as let groups of them arrive together.",
            "Li et al. 2024, arXiv 2309.14675, Algorithms 1 and 2", (o, services) => new FedCompass(o, services)),
        Strategy<AsoFedOptions>("asofed", "Adds each arriving delta by its client's share of the data; clients' gradients decay from task to task.",
            "Chen et al. 2020, arXiv 1911.02134, without feature learning", (o, services) => new AsoFed(o, services)),
    ]);

    /// <summary>Ways in which a server moves along an average of deltas.</summary>
    public static Catalog<ServerOptimizerFactory> ServerOptimizers { get; } = new("server optimizer",
    [
        Catalog<ServerOptimizerFactory>.Line<SgdOptimizerOptions>("sgd", "The average itself, with optional momentum.",
            "Hsu et al. 2019, arXiv 1909.06335", o => trainableCount => new SgdOptimizer(o, trainableCount)),
        Catalog<ServerOptimizerFactory>.Line<AdamOptimizerOptions>("adam", "Steps scaled by the root of a running mean of squares.",
            "Reddi et al. 2021, arXiv 2003.00295, Algorithm 2",
            o => count => new AdaptiveOptimizer<AdamMoment>(count, o.Beta1, o.Beta2, o.Epsilon, o.InitialAccumulator)),
        Catalog<ServerOptimizerFactory>.Line<AdamOptimizerOptions>("yogi", "Adam whose squares' mean changes by at most one part of them.",
            "Reddi et al. 2021, arXiv 2003.00295, Algorithm 2",
            o => count => new AdaptiveOptimizer<YogiMoment>(count, o.Beta1, o.Beta2, o.Epsilon, o.InitialAccumulator)),
        Catalog<ServerOptimizerFactory>.Line<AdagradOptimizerOptions>("adagrad", "Steps scaled by the root of the sum of squares.",
            "Reddi et al. 2021, arXiv 2003.00295, Algorithm 2",
            o => count => new AdaptiveOptimizer<AdagradMoment>(count, o.Beta1, 0, o.Epsilon, o.InitialAccumulator)),
        Catalog<ServerOptimizerFactory>.Line<AmsGradOptions>("amsgrad", "Moments, divided by the root of the largest second moment so far.",
            "Reddi et al. 2018; Wang et al. 2024, arXiv 2407.18365", o => trainableCount => new AmsGradOptimizer(o, trainableCount)),
    ]);

    /// <summary>Ways to decide how many clients leave when.</summary>
    public static Catalog<DispatchPolicyFactory> DispatchPolicies { get; } = new("scheduler",
    [
        Catalog<DispatchPolicyFactory>.Line<NoOptions>("auto", "The strategy's own: rounds if it works in rounds, else constant.", "",
            _ => services => DispatchPolicies!.Choose(services.OwnScheduler).Create()(services)),
        Catalog<DispatchPolicyFactory>.Line<NoOptions>("constant", "As many in flight as concurrency says, at any time.",
            "Nguyen et al. 2022, arXiv 2106.06639", _ => Constant),
        Catalog<DispatchPolicyFactory>.Line<RoundsOptions>("rounds", "The next clients leave when all of the last ones have answered, or enough.",
            "McMahan et al. 2017, arXiv 1602.05629; Bonawitz et al. 2019, arXiv 1902.01046", o => services => new Rounds(o, services)),
        Catalog<DispatchPolicyFactory>.Line<SemiSyncOptions>("semi_sync", "Rounds that end with the K-th update or after a time; late ones come stale.",
            "Ma et al. 2021, IEEE JSAC 39(12)", o => services => new SemiSync(o, services)),
        Catalog<DispatchPolicyFactory>.Line<IntervalOptions>("interval", "Rounds that end after a time, whoever has come by then.",
            "Fraboni et al. 2023, arXiv 2206.10189", o => services => new SemiSync(o, services)),
        Catalog<DispatchPolicyFactory>.Line<SpeedTiersOptions>("tiers", "Clients of like speed in tiers, each with rounds of its own.",
            "Chai et al. 2021, arXiv 2010.05958", o => services => new Rounds(SpeedTiers.Deal(o, services))),
        Catalog<DispatchPolicyFactory>.Line<PollingOptions>("polling", "All clients work all the time; at intervals some are asked for what they have.",
            "Zakerinia et al. 2022, arXiv 2206.10032", o => services => new Polling(o, services)),
        Catalog<DispatchPolicyFactory>.Line<NoOptions>("everyone", "All clients are out, whatever concurrency says; who has answered leaves again.",
            "Li et al. 2024, arXiv 2309.14675", _ => services => new Everyone(services)),
    ]);

    /// <summary>Ways to decide which clients leave.</summary>
    public static Catalog<ClientSelectionFactory> Selections { get; } = new("selection",
    [
        Catalog<ClientSelectionFactory>.Line<NoOptions>("auto", "The strategy's own: queued for generalized_asyncsgd, else uniform.", "",
            _ => (services, group, members) => Selections!.Choose(services.OwnSelection).Create()(services, group, members)),
        Catalog<ClientSelectionFactory>.Line<NoOptions>("uniform", "Each idle client with the same probability.",
            "McMahan et al. 2017, arXiv 1602.05629",
            _ => (services, group, members) => new UniformSelection(services.Streams, group, members)),
        Catalog<ClientSelectionFactory>.Line<NoOptions>("round_robin", "The client that has been idle longest.", "",
            _ => (_, _, members) => new RoundRobinSelection(members)),
        Catalog<ClientSelectionFactory>.Line<WeightedSelectionOptions>("weighted", "An idle client, by a power of its samples or of its speed.",
            "Li et al. 2020, arXiv 1907.02189",
            o => (services, group, members) => new WeightedSelection(o, services, group, members)),
        Catalog<ClientSelectionFactory>.Line<QueuedSelectionOptions>("queued", "Any client with fixed probabilities, busy or not: tasks queue at clients.",
            "Leconte et al. 2024, arXiv 2405.00017",
            o => (services, group, members) => new QueuedSelection(o, services, group, members)),
        Catalog<ClientSelectionFactory>.Line<ImportanceSelectionOptions>("importance", "Any client in proportion to the norm of its last update, busy or not.",
            "Chen et al. 2022, arXiv 2010.13723",
            o => (services, group, members) => new ImportanceSelection(o, services, group, members)),
        Catalog<ClientSelectionFactory>.Line<OortSelectionOptions>("oort", "Idle clients of high loss and fast tasks, and new ones.",
            "Lai et al. 2021, arXiv 2010.06081, Algorithm 1",
            o => (services, group, members) => new OortSelection(o, services, group, members)),
        Catalog<ClientSelectionFactory>.Line<PiscesSelectionOptions>("pisces", "The idle client of highest loss discounted by its usual staleness, and new ones.",
            "Jiang et al. 2022, arXiv 2206.09264",
            o => (services, group, members) => new PiscesSelection(o, services, group, members)),
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
        Catalog<IDistribution>.Line<GammaOptions>("gamma", "Gamma with the given shape and scale.", "", o => new Gamma(o)),
        Catalog<IDistribution>.Line<WeibullOptions>("weibull", "Weibull; a shape below 1 makes stragglers.", "", o => new Weibull(o)),
        Catalog<IDistribution>.Line<TruncatedNormalOptions>("normal", "Normal, given that it is not negative.", "", o => new TruncatedNormal(o)),
        Catalog<IDistribution>.Line<ShiftedExponentialOptions>("shifted_exponential", "A least time plus a memoryless excess.",
            "Reisizadeh et al. 2019, arXiv 1701.05973", o => new ShiftedExponential(o)),
        Catalog<IDistribution>.Line<ZipfOptions>("zipf", "Multiples 1 to max of a unit, the k-th as likely as k^-exponent.", "", o => new Zipf(o)),
        Catalog<IDistribution>.Line<TwoClassOptions>("two_class", "Stragglers and others, each uniform on a range.", "", o => new TwoClass(o)),
        Catalog<IDistribution>.Line<TiersOptions>("tiers", "Classes of clients, each uniform on a range.",
            "Wang et al. 2024, arXiv 2407.18365", o => new Tiers(o)),
        Catalog<IDistribution>.Line<MixtureOptions>("mixture", "One of several distributions, picked by weight.", "", o => new Mixture(o)),
        Catalog<IDistribution>.Line<EmpiricalOptions>("empirical", "Measured values, from a list or a CSV column.", "", o => new Empirical(o)),
    ]);

    /// <summary>Encodings of updates on their way up.</summary>
    public static Catalog<ICompressor> Compressors { get; } = new("compressor",
    [
        Catalog<ICompressor>.Line<NoOptions>("none", "float32 as it is.", "", _ => new NoCompression()),
        Catalog<ICompressor>.Line<TopKOptions>("topk", "The values of largest magnitude; what is not sent comes with the next update.",
            "Stich et al. 2018, arXiv 1809.07599", o => new TopK(o)),
        Catalog<ICompressor>.Line<QsgdOptions>("qsgd", "Each value rounded at random to a few levels of its bucket's norm.",
            "Alistarh et al. 2017, arXiv 1610.02132", o => new Qsgd(o)),
        Catalog<ICompressor>.Line<EightBitOptions>("int8", "Eight bits a value and a scale for each block.",
            "Dettmers et al. 2022, arXiv 2110.02861", o => new EightBit(o)),
    ]);

    /// <summary>Ways to deal the training samples out.</summary>
    public static Catalog<IPartitioner> Partitioners { get; } = new("partitioner",
    [
        Catalog<IPartitioner>.Line<NoOptions>(
            "iid",
            "Shuffled samples in equal parts.",
            "McMahan et al. 2017, https://arxiv.org/abs/1602.05629",
            _ => new IidPartitioner()),
        Catalog<IPartitioner>.Line<DirichletOptions>(
            "dirichlet",
            "Each class split by Dirichlet(alpha) proportions: label skew and unequal sizes.",
            "Yurochkin et al. 2019, https://arxiv.org/abs/1905.12022; Li et al. 2022, https://arxiv.org/abs/2102.02079",
            options => new DirichletPartitioner(options)),
        Catalog<IPartitioner>.Line<ShardsOptions>(
            "shards",
            "Samples sorted by label, cut into shards, so many a client: few classes each.",
            "McMahan et al. 2017, https://arxiv.org/abs/1602.05629",
            options => new ShardsPartitioner(options)),
        Catalog<IPartitioner>.Line<QuantitySkewOptions>(
            "quantity_skew",
            "Sizes drawn from Dirichlet(alpha), labels at random.",
            "Li et al. 2022, https://arxiv.org/abs/2102.02079",
            options => new QuantitySkewPartitioner(options)),
        Catalog<IPartitioner>.Line<BalancedDirichletOptions>(
            "balanced_dirichlet",
            "Equal sizes, each client with a label mixture from Dirichlet(alpha).",
            "Hsu et al. 2019, https://arxiv.org/abs/1909.06335; Acar et al. 2021, https://arxiv.org/abs/2111.04263",
            options => new BalancedDirichletPartitioner(options)),
        Catalog<IPartitioner>.Line<TwoTierDirichletOptions>(
            "two_tier_dirichlet",
            "Sizes drawn first, then each client's label mixture from Dirichlet(alpha).",
            "Acar et al. 2021, https://arxiv.org/abs/2111.04263; Li et al. 2022, https://arxiv.org/abs/2102.02079",
            options => new TwoTierDirichletPartitioner(options)),
        Catalog<IPartitioner>.Line<NaturalOptions>(
            "natural",
            "Each client holds what one owner named by the data holds, such as a speaking role.",
            "Caldas et al. 2018, https://arxiv.org/abs/1812.01097",
            options => new NaturalPartitioner(options)),
        Catalog<IPartitioner>.Line<PartitionFileOptions>(
            "file",
            "As a saved file says, such as a run's partition.json.",
            "",
            options => new FilePartitioner(options)),
    ]);

    /// <summary>Ways in which clients come and go.</summary>
    public static Catalog<AvailabilityFactory> Availability { get; } = new("availability",
    [
        Catalog<AvailabilityFactory>.Line<NoOptions>("always", "Every client is always on.", "", _ => _ => new AlwaysOn()),
        Catalog<AvailabilityFactory>.Line<BernoulliOptions>("bernoulli", "On with a probability, drawn anew for each client and slot of time.",
            "Ruan et al. 2021, arXiv 2006.06954", o => services => new Bernoulli(o, services)),
        Catalog<AvailabilityFactory>.Line<MarkovOptions>("markov", "Exponential on- and off-spells of each client.",
            "Gilbert 1960; Rodio et al. 2023, arXiv 2301.04632", o => services => new Markov(o, services)),
        Catalog<AvailabilityFactory>.Line<DiurnalOptions>("diurnal", "On with a probability that rises and falls with the hour, in slots of time.",
            "Bonawitz et al. 2019, arXiv 1902.01046", o => services => new Diurnal(o, services)),
        Catalog<AvailabilityFactory>.Line<IntervalTraceOptions>("trace", "On in the intervals of a recorded file, repeated.",
            "Yang et al. 2021 (FLASH), arXiv 2006.06983", o => services => new IntervalTraces(o, services)),
    ]);

    /// <summary>Columns of metrics.csv beside loss and accuracy.</summary>
    public static IReadOnlyList<MetricDefinition> Metrics { get; } =
    [
        MetricDefinition.OfClients("client_gini", "Gini coefficient of per-client accuracy; 0 is equal.", "Gini 1912", Statistics.Gini),
        MetricDefinition.OfClients("client_jain", "Jain's index of per-client accuracy; 1 is equal.", "Jain et al. 1984", Statistics.Jain),
        MetricDefinition.OfClients("client_variance", "Population variance of per-client accuracy.", "", Statistics.Variance),
        MetricDefinition.OfClients("client_worst10", "Mean accuracy of the worst tenth of clients.", "Li et al. 2020, arXiv 1905.10497",
            clients => Statistics.TailMean(clients, 0.1, largest: false)),
        MetricDefinition.OfClients("client_best10", "Mean accuracy of the best tenth of clients.", "Li et al. 2020, arXiv 1905.10497",
            clients => Statistics.TailMean(clients, 0.1, largest: true)),
        MetricDefinition.OfRun("staleness_mean", "Mean version lag of all arrivals so far.", "", run => run.Staleness.Mean),
        MetricDefinition.OfRun("staleness_p50", "Median version lag.", "", run => run.Staleness.Quantile(0.5)),
        MetricDefinition.OfRun("staleness_p90", "Ninth decile of the version lag.", "", run => run.Staleness.Quantile(0.9)),
        MetricDefinition.OfRun("staleness_max", "Largest version lag.", "", run => run.Staleness.Max),
        MetricDefinition.OfRun("participation_gini", "Gini coefficient of arrivals per client; 0 is equal.", "Gini 1912", run => run.ParticipationGini),
        MetricDefinition.OfRun("bytes_down", "Bytes sent to clients.", "", run => run.BytesDown),
        MetricDefinition.OfRun("bytes_up", "Bytes received from clients.", "", run => run.BytesUp),
        MetricDefinition.OfRun("gradient_steps", "Local optimizer steps behind the arrivals.", "", run => run.GradientSteps),
        MetricDefinition.OfRun("refused", "Arrivals refused so far.", "", run => run.Refused),
        MetricDefinition.OfRun("energy_joules", "Energy that the arrivals' tasks cost the clients; with the energy section.", "", run => run.EnergyJoules),
        MetricDefinition.OfRun("lost", "Tasks lost so far.", "", run => run.Lost),
    ];

    private static IDispatchPolicy Constant(SchedulingServices services) =>
        services.IsSynchronous ? throw new InvalidOptionException("scheduler.name", "constant has no rounds, and the strategy moves the model "
            + "at the end of rounds only: it never would. Allowed: auto, or a scheduler with rounds.")
        : services.Options.Redispatch == Redispatch.Flush ? new AfterFlush(services.Concurrency) : new ConstantConcurrency(services.Concurrency);

    private static Catalog<StrategyFactory>.Entry Strategy<TOptions>(
        string name, string summary, string source, Func<TOptions, StrategyServices, IServerStrategy> create)
        where TOptions : class, new() =>
        Catalog<StrategyFactory>.Line<TOptions>(name, summary, source, options => services => create(options, services));
}
