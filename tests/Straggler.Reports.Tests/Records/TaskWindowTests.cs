using Straggler.Recording;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Records;

public sealed class TaskWindowTests
{
    [Fact]
    public void Clients_FewTasks_AreAllThere()
    {
        TaskWindow window = new(mostClients: 3, mostTasks: 10);
        window.Add(Task(4, 0, 1));
        window.Add(Task(2, 0, 2));
        window.Add(Task(4, 1, 3));

        Assert.Equal([(2, 1), (4, 2)], window.Clients.Select(client => (client.Key, client.Value.Count)));
        Assert.False(window.IsPartial);
        Assert.Equal(double.PositiveInfinity, window.Until);
    }

    [Fact]
    public void Clients_ManyTasks_AreThoseOfTheFirstStretchOfTheRun()
    {
        // Each second one task is dispatched to each of two clients; it takes two and a half seconds.
        TaskWindow window = new(mostClients: 2, mostTasks: 10);
        for (int second = 0; second < 500; second++)
        {
            window.Add(Task(0, second, second + 2.5));
            window.Add(Task(1, second, second + 2.5));
        }

        // Ten tasks: those of seconds 0 to 4, though the last ones arrive at 6.5.
        Assert.All(window.Clients, client => Assert.Equal([0, 1, 2, 3, 4], client.Value.Select(task => task.DispatchVirtualTime)));
        Assert.Equal(5, window.Until);
    }

    [Fact]
    public void Clients_ManyClients_AreTheSameWhateverTheOrderOfTheirArrivals()
    {
        TaskWindow one = new(mostClients: 5, mostTasks: 1000), other = new(mostClients: 5, mostTasks: 1000);
        for (int client = 0; client < 100; client++)
        {
            one.Add(Task(client, 0, client));
            other.Add(Task(99 - client, 0, client));
        }

        Assert.True(one.IsPartial);
        Assert.Equal(5, one.Clients.Count());
        Assert.Equal(one.Clients.Select(client => client.Key), other.Clients.Select(client => client.Key));
        Assert.True(one.Clients.Max(client => client.Key) > 20, "not just the first ones");
    }

    [Fact]
    public void Clients_TooManyTasksDispatchedTogether_KeepThese()
    {
        TaskWindow window = new(mostClients: 2, mostTasks: 3);
        for (int task = 0; task < 50; task++)
        {
            window.Add(Task(0, task < 5 ? 0 : task, task + 1));
        }

        Assert.Equal(5, window.Clients.Single().Value.Count);
    }

    private static UpdateRecord Task(int client, double dispatched, double arrived) => new(1, arrived, client, dispatched, 0, 0, 1, 1, 1, UpdateOutcome.Applied);
}
