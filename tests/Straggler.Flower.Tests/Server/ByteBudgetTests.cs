using CsCheck;
using Straggler.Flower.Server;

namespace Straggler.Flower.Tests.Server;

public sealed class ByteBudgetTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Take_MoreThanIsLeft_WaitsItsTurn()
    {
        ByteBudget budget = new(100);
        IDisposable first = await budget.TakeAsync(60, Cancellation);
        Task<IDisposable> second = budget.TakeAsync(50, Cancellation).AsTask(), third = budget.TakeAsync(10, Cancellation).AsTask();

        // The third would fit, but may not overtake: a big message would wait for ever.
        Assert.False(second.IsCompleted);
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await second).Dispose();
        (await third).Dispose();
        Assert.Equal(0, budget.Taken);
    }

    [Fact]
    public async Task Take_MoreThanThereIs_WaitsUntilNobodyElseHasAny()
    {
        ByteBudget budget = new(100);
        IDisposable first = await budget.TakeAsync(1, Cancellation);
        Task<IDisposable> giant = budget.TakeAsync(1000, Cancellation).AsTask();

        Assert.False(giant.IsCompleted);
        first.Dispose();
        (await giant).Dispose();
    }

    [Fact]
    public async Task Take_GivenUp_LetsTheNextPass()
    {
        ByteBudget budget = new(100);
        using CancellationTokenSource impatience = new();
        using IDisposable first = await budget.TakeAsync(60, Cancellation);
        Task<IDisposable> second = budget.TakeAsync(50, impatience.Token).AsTask(), third = budget.TakeAsync(10, Cancellation).AsTask();

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        (await third).Dispose();
        Assert.Equal(60, budget.Taken);
    }

    /// <summary>What is registered last is called first: the grant comes when the token is cancelled already and the claim has not heard of it.</summary>
    [Fact]
    public async Task Take_GrantedAndGivenUpAtOnce_GivesItsBytesBack()
    {
        ByteBudget budget = new(100);
        using CancellationTokenSource impatience = new();
        IDisposable first = await budget.TakeAsync(60, Cancellation);
        Task<IDisposable> second = budget.TakeAsync(50, impatience.Token).AsTask();
        using CancellationTokenRegistration crossing = impatience.Token.Register(() =>
        {
            first.Dispose();
            SpinWait.SpinUntil(() => second.IsCompleted);
        });

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(0, budget.Taken);
    }

    [Fact]
    public Task Dispose_Twice_GivesBackOnce() => Gen.Int[1, 100].Array[1, 20].SampleAsync(async sizes =>
    {
        ByteBudget budget = new(10_000);
        IDisposable[] claims = new IDisposable[sizes.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            claims[i] = await budget.TakeAsync(sizes[i], CancellationToken.None);
        }

        claims[0].Dispose();
        claims[0].Dispose();
        Assert.Equal(sizes.Skip(1).Sum(), budget.Taken);
    });
}
