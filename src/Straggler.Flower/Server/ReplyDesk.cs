using Straggler.Flower.Wire;

namespace Straggler.Flower.Server;

/// <summary>Knows what a client was asked and has not answered: at most one thing at a time.</summary>
internal sealed class ReplyDesk
{
    private readonly Lock _lock = new();
    private Question? _open;
    private ClientDeparture? _closed;

    /// <summary>What the client was asked and has not answered; none if there is nothing.</summary>
    public ToClient.OrderOneofCase Asked
    {
        get
        {
            lock (_lock)
            {
                return _open?.Kind ?? ToClient.OrderOneofCase.None;
            }
        }
    }

    /// <summary>Completes when there is nothing that the client has not answered, or it is gone.</summary>
    public Task Settled
    {
        get
        {
            lock (_lock)
            {
                return _open?.Settled.Task ?? Task.CompletedTask;
            }
        }
    }

    /// <summary>Notes that the client is asked something.</summary>
    /// <exception cref="InvalidOperationException">It has not answered the last one.</exception>
    /// <exception cref="ClientGoneException">It is gone.</exception>
    public Question Ask(ToClient.OrderOneofCase kind)
    {
        lock (_lock)
        {
            if (_closed is not null)
            {
                throw new ClientGoneException(_closed);
            }

            return _open = _open is null ? new(kind) : throw new InvalidOperationException("The client has a task already.");
        }
    }

    /// <summary>Takes a reply.</summary>
    /// <returns>What is wrong with it; null where it answers the question.</returns>
    public string? Answer(ToServer reply)
    {
        Question? question;
        lock (_lock)
        {
            question = _open;
            if (question is null)
            {
                return $"it sent \"{reply.ReplyCase}\" without being asked";
            }

            if ((int)question.Kind != (int)reply.ReplyCase)
            {
                return $"it answered \"{question.Kind}\" with \"{reply.ReplyCase}\"";
            }

            _open = null;
        }

        question.Reply.TrySetResult(reply);
        question.Settled.TrySetResult();
        return null;
    }

    /// <summary>The client is gone: what it was asked is never answered.</summary>
    public void Close(ClientDeparture departure)
    {
        Question? question;
        lock (_lock)
        {
            _closed ??= departure;
            (question, _open) = (_open, null);
        }

        question?.Reply.TrySetException(new ClientGoneException(departure));
        question?.Settled.TrySetResult();
    }

    /// <summary>What a client was asked.</summary>
    internal sealed class Question(ToClient.OrderOneofCase kind)
    {
        public ToClient.OrderOneofCase Kind { get; } = kind;

        public TaskCompletionSource<ToServer> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
