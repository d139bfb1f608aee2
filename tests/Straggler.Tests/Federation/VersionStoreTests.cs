using Straggler.Federation;

namespace Straggler.Tests.Federation;

public sealed class VersionStoreTests
{
    [Fact]
    public void Constructor_InitialVector_IsCopiedAsVersionZero()
    {
        float[] initial = [1, 2];
        VersionStore store = new(Layout(2), initial);
        initial[0] = 9;

        Assert.Equal(0, store.Current.Number);
        Assert.Equal([1, 2], store.Current.Resident);
    }

    [Fact]
    public void Constructor_WrongLength_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new VersionStore(Layout(2), [1, 2, 3]));

    [Fact]
    public void BeginStep_VersionHeld_LeavesItUntouched()
    {
        VersionStore store = new(Layout(2), [1, 2]);
        ModelVersion held = store.HoldCurrent();

        Fill(store, 7);
        Fill(store, 8);

        Assert.Equal(0, held.Number);
        Assert.Equal([1, 2], held.Resident);
        Assert.Equal(2, store.Current.Number);
        Assert.Equal([8, 8], store.Current.Resident);
    }

    [Fact]
    public void BeginStep_NobodyHolds_WritesInPlace()
    {
        VersionStore store = new(Layout(2), [1, 2]);
        for (int step = 1; step <= 100; step++)
        {
            Fill(store, step);
        }

        Assert.Equal(1, store.BuffersAllocated);
        Assert.Equal(100, store.Current.Number);
        Assert.Equal([100, 100], store.Current.Resident);
    }

    [Fact]
    public void BeginStep_HeldByTwo_StaysUntilBothLetGo()
    {
        VersionStore store = new(Layout(1), [5]);
        ModelVersion one = store.HoldCurrent(), same = store.HoldCurrent();
        Fill(store, 6);
        one.Release();
        using (store.BeginStep())
        {
            // A step over a held version 1 would take a fresh buffer; nobody holds it, so this one is in place.
        }

        ModelVersion second = store.HoldCurrent();
        Fill(store, 7);

        Assert.Equal([5], same.Resident);
        Assert.Equal([6], second.Resident);
        Assert.Equal(3, store.BuffersAllocated);
    }

    [Fact]
    public void Release_LastHolder_GivesTheBufferToTheNextStep()
    {
        VersionStore store = new(Layout(1), [0]);
        for (int step = 1; step <= 50; step++)
        {
            ModelVersion held = store.HoldCurrent();
            Fill(store, step);
            Assert.Equal([step - 1], held.Resident);
            held.Release();
        }

        Assert.Equal(2, store.BuffersAllocated);
    }

    [Fact]
    public void Commit_NonNegativePart_IsClampedAtZeroAndTheOthersAreNot()
    {
        ParameterLayout layout = new(
        [
            new("w", [2], ParameterKind.Parameter, 0),
            new("bn.running_mean", [1], ParameterKind.Buffer, 2),
            new("bn.running_var", [3], ParameterKind.Buffer, 3, NonNegative: true),
        ]);
        VersionStore store = new(layout, [1, 1, 1, 1, 1, 1]);
        using (ServerStep step = store.BeginStep())
        {
            new float[] { -1, 2, -3, -4, 5, -0.5f }.CopyTo(step.Next);
        }

        Assert.Equal([-1, 2, -3, 0, 5, 0], store.Current.Resident);
    }

    [Fact]
    public void ServerModel_Step_CountsVersionsAndShowsTheNewest()
    {
        VersionStore store = new(Layout(1), [1]);
        ServerModel model = new(store);
        using (ServerStep step = model.BeginStep())
        {
            step.Next[0] = step.Current[0] + 1;
        }

        Assert.Equal(1, model.Version);
        Assert.Equal([2], model.Current);
    }

    [Fact]
    public async Task Release_ManyThreads_NeverHandsABufferOutTwice()
    {
        VersionStore store = new(Layout(64), new float[64]);
        List<Task> readers = [];
        for (int step = 1; step <= 2_000; step++)
        {
            ModelVersion held = store.HoldCurrent();
            float expected = held.Number;
            readers.Add(Task.Run(
                () =>
                {
                    bool whole = !held.Resident.ContainsAnyExcept(expected);
                    held.Release();
                    Assert.True(whole, "a held version changed under its reader");
                },
                TestContext.Current.CancellationToken));
            Fill(store, step);
        }

        await Task.WhenAll(readers);
    }

    private static ParameterLayout Layout(int length) => new([new("w", [length], ParameterKind.Parameter, 0)]);

    private static void Fill(VersionStore store, float value)
    {
        using ServerStep step = store.BeginStep();
        step.Next.Fill(value);
    }
}
