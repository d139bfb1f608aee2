using System.Xml.Linq;

namespace Straggler.Tests.Architecture;

/// <summary>Who may know whom (docs: the layout and the direction of dependencies).</summary>
public sealed class ProjectReferencesTests
{
    /// <summary>A foreign package gets a project: each of these is known to one project only.</summary>
    private static readonly Dictionary<string, string> Owners = new()
    {
        ["TorchSharp"] = "Straggler.Torch",
        ["YamlDotNet"] = "Straggler.Experiments",
        ["Google.Protobuf"] = "Straggler.Flower",
        ["Grpc.AspNetCore"] = "Straggler.Flower",
        ["Grpc.Net.Client"] = "Straggler.Flower",
        ["Grpc.Tools"] = "Straggler.Flower",
        ["ScottPlot"] = "Straggler.Reports",
        ["Spectre.Console"] = "Straggler.Cli",
        ["System.CommandLine"] = "Straggler.Cli",
    };

    private static readonly string Source = Path.Combine(Repository(), "src");

    public static TheoryData<string> Projects { get; } = [.. Directory.EnumerateDirectories(Source).Select(folder => Path.GetFileName(folder))];

    [Fact]
    public void Library_References_NothingButTwoNumericPackages()
    {
        Assert.Empty(References("Straggler", "ProjectReference"));
        Assert.Subset(new HashSet<string> { "MathNet.Numerics", "System.Numerics.Tensors" }, References("Straggler", "PackageReference"));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_TheLibraryAloneUnlessItPutsThingsTogether(string project)
    {
        string[]? expected = project switch
        {
            "Straggler" or "Straggler.Cli" => null,

            // The dashboard reads runs as the reports do (docs/decisions/0015-the-dashboard-reads-through-the-reports.md).
            "Straggler.Dashboard" => ["Straggler.Reports"],

            // What code and the command need alike (docs/decisions/0017-a-laboratory-between-library-and-command.md).
            "Straggler.Lab" => ["Straggler", "Straggler.Experiments", "Straggler.Reports", "Straggler.Torch"],
            _ => ["Straggler"],
        };
        if (expected is not null)
        {
            Assert.Equal(expected, References(project, "ProjectReference").Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_ForeignPackages_AreKnownToOneProject(string project) =>
        Assert.All(References(project, "PackageReference"), package => Assert.Equal(project, Owners.GetValueOrDefault(package, project)));

    [Fact]
    public void Library_Assembly_UsesNothingElseEither() => Assert.All(
        typeof(BuiltIns).Assembly.GetReferencedAssemblies(),
        reference => Assert.True(
            reference.Name is "MathNet.Numerics" or "System.Runtime" || reference.Name!.StartsWith("System.", StringComparison.Ordinal),
            reference.Name));

    [Fact]
    public void Library_Source_NeverTouchesTheConsole() => Assert.All(
        Directory.EnumerateFiles(Path.Combine(Source, "Straggler"), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal)),
        file => Assert.DoesNotContain("Console.", File.ReadAllText(file), StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_AspNetCore_IsKnownToServersAlone(string project)
    {
        if (project is not ("Straggler.Dashboard" or "Straggler.Flower"))
        {
            Assert.Empty(References(project, "FrameworkReference"));
        }
    }

    private static HashSet<string> References(string project, string kind) =>
    [
        .. XDocument.Load(Path.Combine(Source, project, project + ".csproj")).Descendants(kind)
            .Select(reference => reference.Attribute("Include")!.Value)
            .Select(name => kind == "ProjectReference" ? Path.GetFileNameWithoutExtension(name.Replace('\\', '/')) : name),
    ];

    private static string Repository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Straggler.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests do not stand inside the repository.");
    }
}
