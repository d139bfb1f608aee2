using Straggler.Checkpoints;
using Straggler.Experiments.Tests;
using Straggler.Federation;

namespace Straggler.Tests.Federation;

public sealed class VersionSpillTests : IDisposable
{
    private const int Length = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("straggler-spill-").FullName;
    private readonly List<string> _warnings = [];

    private string SpillPath => Path.Combine(_folder, "versions.tmp");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_SpilledVersion_GivesTheSameBitsBack()
    {
        using VersionStore store = Limited(1);
        float[] odd = [float.NaN, -0f, float.Epsilon, float.MaxValue, 1f / 3];
        Fill(store, odd);
        ModelVersion held = store.HoldCurrent();
        Fill(store, [1, 1, 1, 1, 1]);

        Assert.True(held.TrySpill());
        Assert.Equal(1, store.Buffers.Rented);
        using VersionLease lease = held.Read();

        Assert.Equal(Bits(odd), Bits(lease.Parameters));
    }

    [Fact]
    public void TrySpill_CurrentOrReadOrInTheFileAlready_IsRefused()
    {
        using VersionStore store = Limited(1);
        ModelVersion held = store.HoldCurrent();
        Assert.False(held.TrySpill(), "the current version");

        Fill(store, [1, 1, 1, 1, 1]);
        using (held.Read())
        using (held.Read())
        {
            Assert.False(held.TrySpill(), "a version that is read");
        }

        Assert.True(held.TrySpill());
        Assert.False(held.TrySpill(), "a version in the file");
    }

    [Fact]
    public void TrySpill_NoLimit_IsRefused()
    {
        using VersionStore store = new(Layout, new float[Length]);
        ModelVersion held = store.HoldCurrent();
        Fill(store, [1, 1, 1, 1, 1]);

        Assert.False(held.TrySpill());
        Assert.True(store.Excess <= 0);
    }

    [Fact]
    public void Release_SpilledVersions_LeaveTheirSlotsToOthers()
    {
        using VersionStore store = Limited(1);
        for (int generation = 0; generation < 10; generation++)
        {
            ModelVersion[] held = [.. Enumerable.Range(0, 4).Select(_ => SpillCurrent(store))];
            Assert.Equal(4, store.Spill!.Slots);
            Array.ForEach(held, version => version.Release());
        }

        Assert.Equal(2, store.BuffersAllocated);
    }

    [Fact]
    public void LimitMemory_SpilledVersions_LeaveNoFileWithAName()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there the file goes with the process");
        using (VersionStore store = Limited(1))
        {
            SpillCurrent(store);
            Assert.Empty(Directory.GetFiles(_folder));
        }

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void LimitMemory_FewBytes_KeepsAHandfulOfVersionsInMemory()
    {
        using VersionStore store = new(Layout, new float[Length]);
        store.LimitMemory(1, SpillPath, _warnings.Add);
        Assert.Equal(VersionStore.FewestResident, store.MostResident);
    }

    [Fact]
    public void LimitMemory_Bytes_AreDividedByAVectorsSize()
    {
        using VersionStore store = new(Layout, [1, 2, 3, 4, 5]);
        store.LimitMemory((10 * Length * sizeof(float)) + 3, SpillPath, _warnings.Add);

        Assert.Equal(10, store.MostResident);
        Assert.Equal([1, 2, 3, 4, 5], store.Current.Resident);
    }

    [Fact]
    public void TrySpill_FileCannotBeMade_WarnsOnceAndKeepsVersionsInMemory()
    {
        using VersionStore store = new(Layout, new float[Length]);
        store.LimitResident(1, Path.Combine(_folder, "missing", "versions.tmp"), _warnings.Add);
        ModelVersion first = store.HoldCurrent();
        Fill(store, [1, 1, 1, 1, 1]);
        ModelVersion second = store.HoldCurrent();
        Fill(store, [2, 2, 2, 2, 2]);

        Assert.False(first.TrySpill());
        Assert.False(second.TrySpill());

        Assert.Contains("stay in memory", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.True(store.Excess <= 0, "nothing more is tried");
        Assert.Equal([1, 1, 1, 1, 1], second.Resident);
    }

    [Fact]
    public void TrySpill_DiskIsFull_KeepsWhatIsThereReadable()
    {
        using TinyDisk disk = TinyDisk.MountOrSkip("16k");
        ParameterLayout layout = new([new("w", [2048], ParameterKind.Parameter, 0)]); // 8 KiB: two of them fit.
        using VersionStore store = new(layout, new float[2048]);
        store.LimitResident(1, Path.Combine(disk.Path, "versions.tmp"), _warnings.Add);
        List<bool> spilled = [];
        List<ModelVersion> held = [];
        for (int step = 1; step <= 4; step++)
        {
            ModelVersion version = store.HoldCurrent();
            using (ServerStep next = store.BeginStep())
            {
                next.Next.Fill(step);
            }

            spilled.Add(version.TrySpill());
            held.Add(version);
        }

        Assert.Equal([true, true, false, false], spilled);
        Assert.Single(_warnings);
        foreach (ModelVersion version in held)
        {
            using VersionLease lease = version.Read();
            Assert.False(lease.Parameters.ContainsAnyExcept((float)version.Number));
        }
    }

    [Fact]
    public void SaveOlder_SpilledVersions_KeepToTheLimitOnBothSides()
    {
        using VersionStore store = Limited(2);
        ModelVersion[] held = [.. Enumerable.Range(0, 8).Select(_ => SpillCurrent(store))];
        MemoryStream stream = new();
        using (StateWriter writer = new(stream))
        {
            Array.ForEach(held, version => store.SaveOlder(version, writer));
        }

        Assert.True(store.BuffersAllocated <= 3, $"{store.BuffersAllocated} buffers");
        stream.Position = 0;
        using VersionStore other = Limited(2);
        using StateReader reader = new(stream);
        ModelVersion[] loaded = [.. held.Select(_ => other.LoadOlder(reader))];

        Assert.True(other.BuffersAllocated <= 3, $"{other.BuffersAllocated} buffers");
        foreach ((ModelVersion one, ModelVersion same) in held.Zip(loaded))
        {
            using VersionLease left = one.Read(), right = same.Read();
            Assert.Equal(one.Number, same.Number);
            Assert.Equal(left.Parameters, right.Parameters);
        }
    }

    [Fact]
    public async Task Read_ManyThreadsWhileTheLoopSpills_AlwaysSeesTheVersion()
    {
        using VersionStore store = Limited(1);
        List<Task> readers = [];
        List<ModelVersion> held = [];
        for (int step = 1; step <= 1_000; step++)
        {
            Fill(store, [step, step, step, step, step]);
            ModelVersion version = store.HoldCurrent();
            held.Add(version);
            version.Hold();
            for (int reader = 0; reader < 2; reader++)
            {
                float expected = step;
                readers.Add(Task.Run(
                    () =>
                    {
                        for (int time = 0; time < 5; time++)
                        {
                            using VersionLease lease = version.Read();
                            Assert.False(lease.Parameters.ContainsAnyExcept(expected), "a version changed under its reader");
                        }

                        version.Release();
                    },
                    TestContext.Current.CancellationToken));
            }

            foreach (ModelVersion older in held.TakeLast(20))
            {
                older.TrySpill();
            }
        }

        await Task.WhenAll(readers);
        Assert.Empty(_warnings);

        // Only the current one is left, and nobody but the store holds it.
        Assert.Equal(store.Current.HeldOnlyByStore ? 1 : 2, store.Buffers.Rented);
    }

    private static ParameterLayout Layout => new([new("w", [Length], ParameterKind.Parameter, 0)]);

    private VersionStore Limited(int resident)
    {
        VersionStore store = new(Layout, new float[Length]);
        store.LimitResident(resident, SpillPath, _warnings.Add);
        return store;
    }

    private static ModelVersion SpillCurrent(VersionStore store)
    {
        ModelVersion held = store.HoldCurrent();
        float next = held.Number + 1;
        Fill(store, [next, next, next, next, next]);
        Assert.True(held.TrySpill());
        return held;
    }

    private static void Fill(VersionStore store, float[] values)
    {
        using ServerStep step = store.BeginStep();
        values.CopyTo(step.Next);
    }

    private static int[] Bits(ReadOnlySpan<float> values) => [.. values.ToArray().Select(BitConverter.SingleToInt32Bits)];
}
