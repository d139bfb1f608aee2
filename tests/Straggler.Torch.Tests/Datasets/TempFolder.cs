namespace Straggler.Torch.Tests.Datasets;

/// <summary>A folder of a test's own, deleted when the test ends.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("straggler-test-");

    public string FullPath => _folder.FullName;

    public string this[string name] => Path.Combine(FullPath, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
