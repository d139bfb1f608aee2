using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Flower.Live;

/// <summary>A server's clients as the run loop sees them: it sends them tasks, and hears by the wall clock how they end.</summary>
/// <param name="roster">The clients.</param>
/// <param name="model">How models travel.</param>
/// <param name="recipe">The clients' recipe, which goes with every task.</param>
public sealed class LiveClients(ClientRoster roster, LiveModel model, LocalTrainingOptions recipe) : ILiveClients
{
    private readonly VectorPool _vectors = new(model.Layout.Parameters.Length);

    /// <inheritdoc/>
    public void Begin(VirtualTime now) => roster.Inbox.Begin(now);

    /// <inheritdoc/>
    public bool IsReady(int client) => roster.IsReady(client);

    /// <inheritdoc/>
    public ValueTask<LiveEvent?> NextAsync(VirtualTime until, CancellationToken cancellation) => roster.Inbox.NextAsync(until, cancellation);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The task cannot be put into words.</exception>
    public ITraining Start(in LocalTask task, ModelVersion dispatched, VirtualTime due)
    {
        ArgumentNullException.ThrowIfNull(dispatched);
        LiveTask started = new(task, dispatched, new(roster, model, recipe, _vectors));
        if (roster.Promise(task.Client) is (var seat, var client))
        {
            started.Send(seat, client, model.Encode(dispatched), FitConfiguration.Create(task, dispatched.Number, recipe));
        }
        else
        {
            started.LoseAtOnce();
        }

        return started;
    }
}

/// <summary>What all tasks share.</summary>
/// <param name="Roster">The clients.</param>
/// <param name="Model">How models travel.</param>
/// <param name="Recipe">The clients' recipe.</param>
/// <param name="Vectors">Vectors for results.</param>
internal readonly record struct LiveDesk(ClientRoster Roster, LiveModel Model, LocalTrainingOptions Recipe, VectorPool Vectors);
