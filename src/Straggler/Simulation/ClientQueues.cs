namespace Straggler.Simulation;

/// <summary>When each client is free, where tasks may queue at clients: each client does its tasks one after another, in order of dispatch.</summary>
/// <param name="clientCount">Number of clients n.</param>
internal sealed class ClientQueues(int clientCount)
{
    private readonly VirtualTime[] _free = new VirtualTime[clientCount];

    /// <summary>When a client begins with a task that it is sent now.</summary>
    public VirtualTime Start(int client, VirtualTime now) => _free[client] > now ? _free[client] : now;

    /// <summary>A client has its last task until then.</summary>
    /// <remarks>Never lowers the time: a resumed run adds the tasks in order of their arrivals.</remarks>
    public void Add(int client, VirtualTime due) => _free[client] = Start(client, due);
}
