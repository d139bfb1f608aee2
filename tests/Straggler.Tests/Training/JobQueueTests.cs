using CsCheck;
using Straggler.Training;

namespace Straggler.Tests.Training;

public sealed class JobQueueTests
{
    [Fact]
    public void Take_ManyJobs_ComeByDueTimeThenByOrderOfAddition() => Gen.Int[0, 4].Array[0, 40].Sample(dues =>
    {
        JobQueue queue = new();
        Probe[] jobs = [.. dues.Select(_ => new Probe())];
        for (int i = 0; i < dues.Length; i++)
        {
            queue.Add(jobs[i], new(dues[i]));
        }

        Assert.Equal(Enumerable.Range(0, dues.Length).OrderBy(i => dues[i]).Select(i => jobs[i]), dues.Select(_ => queue.Take()));
    });

    [Fact]
    public void Close_JobsWait_GivesThemUpAndLetsTakersGo()
    {
        JobQueue queue = new();
        Probe waiting = new(), late = new();
        queue.Add(waiting, new(1));
        queue.Close();
        queue.Add(late, new(1));

        Assert.Equal((1, 1), (waiting.GivenUp, late.GivenUp));
        Assert.Null(queue.Take());
    }

    [Fact]
    public async Task Take_QueueEmpty_WaitsForAJobOrTheEnd()
    {
        JobQueue queue = new();
        Task<IJob?> one = Task.Run(queue.Take, TestContext.Current.CancellationToken);
        Probe job = new();
        queue.Add(job, new(1));
        Assert.Same(job, await one);

        Task<IJob?>[] idle = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(queue.Take, TestContext.Current.CancellationToken))];
        queue.Close();
        Assert.All(await Task.WhenAll(idle), Assert.Null);
    }

    [Fact]
    public async Task Job_CancelledBeforeItsTurn_NeverAsksForALearner()
    {
        Job<int> job = new(_ => 1, new CancellationToken(canceled: true));
        job.Run(() => throw new InvalidOperationException("a learner was asked for"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job.Completion);
    }

    [Fact]
    public async Task Job_WorkFails_ThrowsWhereItIsAwaited()
    {
        Job<int> job = new(_ => throw new ArithmeticException("no"), CancellationToken.None);
        job.Run(() => null!);
        Assert.Equal("no", (await Assert.ThrowsAsync<ArithmeticException>(() => job.Completion)).Message);
    }

    private sealed class Probe : IJob
    {
        public int GivenUp { get; private set; }

        public void Run(Func<IClientLearner> learner)
        {
        }

        public void GiveUp() => GivenUp++;
    }
}
