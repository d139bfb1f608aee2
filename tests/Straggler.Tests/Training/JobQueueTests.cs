using CsCheck;
using Straggler.Training;

namespace Straggler.Tests.Training;

public sealed class JobQueueTests
{
    [Fact]
    public void Take_ManyJobs_ComeByDueTimeThenByOrderOfAddition() => Gen.Int[0, 4].Array[0, 40].Sample(dues =>
    {
        JobQueue queue = new(40);
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
        JobQueue queue = new(1);
        Probe waiting = new(), late = new(), evaluation = new(), lateEvaluation = new();
        queue.Add(waiting, new(1));
        queue.AddEvaluation(evaluation);
        queue.Close();
        queue.Add(late, new(1));
        queue.AddEvaluation(lateEvaluation);

        Assert.All([waiting, late, evaluation, lateEvaluation], job => Assert.Equal(1, job.GivenUp));
        Assert.Null(queue.Take());
    }

    [Fact]
    public async Task Take_QueueEmpty_WaitsForAJobOrTheEnd()
    {
        JobQueue queue = new(1);
        Task<IJob?> one = Task.Run(queue.Take, TestContext.Current.CancellationToken);
        Probe job = new();
        queue.Add(job, new(1));
        Assert.Same(job, await one);

        Task<IJob?>[] idle = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(queue.Take, TestContext.Current.CancellationToken))];
        queue.Close();
        Assert.All(await Task.WhenAll(idle), Assert.Null);
    }

    [Fact]
    public void Hurry_WaitsBehindTheBound_IsTakenNextWhateverIsOut()
    {
        JobQueue queue = new(1);
        Probe one = new(), two = new(), late = new(), later = new();
        queue.Add(one, new(1));
        queue.Add(two, new(2));
        queue.Add(late, new(8));
        queue.Add(later, new(9));
        Assert.Same(one, queue.Take());

        // Its time was an estimate: it is waited for, and the bound of 1 is used up by a result that waits behind it.
        queue.Hurry(late);
        Assert.Same(late, queue.Take());
        queue.Hurry(later);
        Assert.Same(later, queue.Take());

        // One that a worker has already is left alone.
        queue.Hurry(one);
        queue.Settle(one);
        queue.Settle(late);
        queue.Settle(later);
        Assert.Same(two, queue.Take());
    }

    [Fact]
    public void Take_AsManyResultsOutAsAllowed_HandsOutOnlyWhatIsDueBeforeThemAll()
    {
        JobQueue queue = new(2);
        Probe five = new(), six = new(), seven = new(), four = new(), evaluation = new();
        queue.Add(five, new(5));
        queue.Add(six, new(6));
        queue.Add(seven, new(7));
        Assert.Same(five, queue.Take());
        Assert.Same(six, queue.Take());

        // 5 and 6 are out: 7 has to wait, 4 is due before both, and an evaluation leaves nothing behind.
        queue.AddEvaluation(evaluation);
        queue.Add(four, new(4));
        Assert.Same(four, queue.Take());
        Assert.Same(evaluation, queue.Take());

        // 4 and 5 are used: of 6 alone there is one less than the bound.
        queue.Settle(four);
        queue.Settle(four);
        queue.Settle(five);
        Assert.Same(seven, queue.Take());
    }

    [Fact]
    public void Take_FewResultsExpected_HandsOutNoMoreThanWillBeUsed()
    {
        JobQueue queue = new(9);
        Probe[] jobs = [new(), new(), new()];
        for (int i = 0; i < jobs.Length; i++)
        {
            queue.Add(jobs[i], new(5 + i));
        }

        // Two more arrivals: the third training would be in vain, unless one that is due before all comes instead.
        Probe earliest = new(), evaluation = new();
        queue.Expect(2);
        Assert.Equal(jobs[..2], [queue.Take(), queue.Take()]);
        queue.AddEvaluation(evaluation);
        Assert.Same(evaluation, queue.Take());
        queue.Add(earliest, new(4));
        Assert.Same(earliest, queue.Take());
    }

    [Fact]
    public void Take_NoResultExpected_StillHandsOutOne()
    {
        JobQueue queue = new(9);
        Probe first = new(), second = new(), evaluation = new();
        queue.Add(first, new(1));
        queue.Add(second, new(2));
        queue.AddEvaluation(evaluation);
        queue.Expect(0);
        Assert.Equal([first, evaluation], new[] { queue.Take(), queue.Take() });
    }

    [Fact]
    public async Task Take_ResultsOut_WaitsUntilOneIsUsed()
    {
        JobQueue queue = new(1);
        Probe first = new(), second = new();
        queue.Add(first, new(1));
        queue.Add(second, new(1)); // due at the same instant, but added later
        Assert.Same(first, queue.Take());
        Task<IJob?> taking = Task.Run(queue.Take, TestContext.Current.CancellationToken);
        Assert.False(taking.IsCompleted);
        queue.Settle(first);
        Assert.Same(second, await taking);
    }

    [Fact]
    public void Take_EvaluationsWait_ComeAfterTheTrainingsUnlessHurried()
    {
        JobQueue queue = new(9);
        Probe training = new(), other = new(), early = new(), late = new();
        queue.AddEvaluation(early);
        queue.Add(training, new(1));
        Assert.Same(training, queue.Take());
        queue.Add(other, new(1));
        queue.HurryEvaluations();
        queue.AddEvaluation(late); // not waited for
        Assert.Equal([early, other, late], new[] { queue.Take(), queue.Take(), queue.Take() });
    }

    [Fact]
    public async Task Job_GivenUpBeforeItsTurn_NeverAsksForALearner()
    {
        EvaluationJob job = new(_ => 1);
        job.GiveUp();
        Assert.False(job.Run(() => throw new InvalidOperationException("a learner was asked for")));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job.Result);
    }

    [Fact]
    public async Task Job_WorkFails_ThrowsWhereItIsAwaited()
    {
        EvaluationJob job = new(_ => throw new ArithmeticException("no"));
        Assert.False(job.Run(() => null!));
        Assert.Equal("no", (await Assert.ThrowsAsync<ArithmeticException>(() => job.Result)).Message);
    }

    private sealed class Probe : IJob
    {
        public int GivenUp { get; private set; }

        public bool Run(Func<IClientLearner> learner) => true;

        public void GiveUp() => GivenUp++;
    }
}
