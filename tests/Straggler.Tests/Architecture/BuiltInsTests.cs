using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Reflection;
using System.Text.RegularExpressions;
using Straggler.Compression;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Partitioning;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Staleness;
using Straggler.Strategies;

namespace Straggler.Tests.Architecture;

/// <summary>The table of built-ins is complete, and every line of it says what a user needs.</summary>
public sealed partial class BuiltInsTests
{
    private static readonly ICatalog[] Catalogs = [.. BuiltIns.Tables.Values];

    private static readonly StrategyServices Services = new(10, 10, 100, 20, Redispatch.Arrival);

    public static TheoryData<Type> OptionsTypes { get; } =
    [
        .. typeof(BuiltIns).Assembly.GetTypes()
            .Where(type => type.IsPublic && type.Name.EndsWith("Options", StringComparison.Ordinal))
            .Except([typeof(SimulationOptions)]) // Put together by the composition root, never read from a file.
            .Except([typeof(NoOptions)]),
    ];

    [Fact]
    public void Strategies_EveryImplementation_StandsInTheTable() => AssertComplete<IServerStrategy>(
        BuiltIns.Strategies.Entries.Select(entry => (object)BuiltIns.Strategies.Choose(entry.Name).Create()(Services)));

    [Fact]
    public void StalenessWeights_EveryImplementation_StandsInTheTable() => AssertComplete<IStalenessWeight>(
        BuiltIns.StalenessWeights.Entries.Select(entry => (object)BuiltIns.StalenessWeights.Choose(entry.Name).Create()),
        typeof(StalenessExpression)); // Has no name: any text that is no name is read as one.

    [Fact]
    public void Distributions_EveryImplementation_StandsInTheTable() => AssertComplete<IDistribution>(
        BuiltIns.Distributions.Entries.Select(entry => (object)BuiltIns.Distributions.Choose(entry.Name).Create()));

    [Fact]
    public void Compressors_EveryImplementation_StandsInTheTable() => AssertComplete<ICompressor>(
        BuiltIns.Compressors.Entries.Select(entry => (object)BuiltIns.Compressors.Choose(entry.Name).Create()));

    [Fact]
    public void Partitioners_EveryImplementation_StandsInTheTable() => AssertComplete<IPartitioner>(
        BuiltIns.Partitioners.Entries.Select(entry => (object)BuiltIns.Partitioners.Choose(entry.Name).Create()));

    [Fact]
    public void Entries_Names_AreUniqueAndLowerSnakeCase()
    {
        foreach (IEnumerable<string> names in Catalogs.Select(catalog => catalog.Entries.Select(entry => entry.Name))
            .Append(BuiltIns.Metrics.Select(metric => metric.Name)))
        {
            Assert.Equal(names.Distinct(), names);
            Assert.All(names, name => Assert.Matches(SnakeCase(), name));
        }
    }

    [Fact]
    public void Entries_Summary_IsThere()
    {
        Assert.All(Catalogs.SelectMany(catalog => catalog.Entries), entry => Assert.EndsWith(".", entry.Summary, StringComparison.Ordinal));
        Assert.All(BuiltIns.Metrics, metric => Assert.EndsWith(".", metric.Summary, StringComparison.Ordinal));
    }

    [Fact]
    public void StrategiesAndStalenessWeights_Source_IsThere() => Assert.All(
        BuiltIns.Strategies.Entries.Concat(BuiltIns.StalenessWeights.Entries), entry => Assert.NotEmpty(entry.Source));

    [Fact]
    public void Entries_OptionsType_HasDefaults() => Assert.All(
        Catalogs.SelectMany(catalog => catalog.Entries), entry => Assert.NotNull(Activator.CreateInstance(entry.OptionsType)));

    [Theory]
    [MemberData(nameof(OptionsTypes))]
    public void Options_EveryNumber_HasARange(Type options) => Assert.All(Properties(options), property =>
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (IsNumber(type))
        {
            Assert.True(property.IsDefined(typeof(RangeAttribute)), $"{options.Name}.{property.Name} has no Range");
        }
        else if (type.IsGenericType && type.GetGenericArguments().Any(IsNumber))
        {
            Assert.True(property.IsDefined(typeof(ElementRangeAttribute)), $"{options.Name}.{property.Name} has no ElementRange");
        }
    });

    [Theory]
    [MemberData(nameof(OptionsTypes))]
    public void Options_Defaults_AreValid(Type options)
    {
        object defaults = Activator.CreateInstance(options)!;
        List<ValidationResult> faults = [];
        Validator.TryValidateObject(defaults, new(defaults), faults, validateAllProperties: true);
        Assert.Empty(faults);
    }

    [Theory]
    [MemberData(nameof(OptionsTypes))]
    public void Options_KeysAndAliases_AreUnique(Type options)
    {
        string[] keys = [.. Properties(options).SelectMany(property =>
            property.GetCustomAttribute<ConfigKeyAttribute>()?.Aliases.Prepend(ConfigKeys.Of(property)) ?? [ConfigKeys.Of(property)])];
        Assert.Equal(keys.Distinct(), keys);
        Assert.All(keys, key => Assert.Matches(SnakeCase(), key));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1e-300)]
    public void Options_NotANumber_IsOutOfRange(double value) => Assert.NotEmpty(Faults(new FedAsyncOptions { MixingRate = value }));

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(1e-9, true)]
    [InlineData(1.0, true)]
    [InlineData(1.0000001, false)]
    public void Options_MixingRate_IsAboveZeroAndAtMostOne(double value, bool valid) =>
        Assert.Equal(valid, Faults(new FedAsyncOptions { MixingRate = value }).Count == 0);

    [Fact]
    public void Choose_UnknownName_Throws() => Assert.Throws<ArgumentException>(() => BuiltIns.Strategies.Choose("fedbuf"));

    private static List<ValidationResult> Faults(object options)
    {
        List<ValidationResult> faults = [];
        Validator.TryValidateObject(options, new(options), faults, validateAllProperties: true);
        return faults;
    }

    private static IEnumerable<PropertyInfo> Properties(Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is not null);

    private static bool IsNumber(Type type) =>
        type.IsPrimitive && type.GetInterfaces().Any(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(INumber<>));

    private static void AssertComplete<TContract>(IEnumerable<object> made, params Type[] exceptions)
    {
        IEnumerable<string> implementations = typeof(BuiltIns).Assembly.GetTypes()
            .Where(type => type.IsClass && !type.IsAbstract && typeof(TContract).IsAssignableFrom(type))
            .Except(exceptions)
            .Select(type => type.Name);
        Assert.Equal(implementations.Order(), made.Select(component => component.GetType().Name).Distinct().Order());
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    private static partial Regex SnakeCase();
}
