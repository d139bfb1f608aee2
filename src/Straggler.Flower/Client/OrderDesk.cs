using Straggler.Flower.Models;
using Straggler.Flower.Server;
using Straggler.Flower.Wire;

namespace Straggler.Flower.Client;

/// <summary>Has a client carry out a server's orders.</summary>
/// <param name="client">The client.</param>
internal sealed class OrderDesk(IFlowerClient client)
{
    /// <summary>Carries out an order.</summary>
    /// <returns>The reply.</returns>
    /// <exception cref="FlowerException">It is no order that is known.</exception>
    public async Task<ToServer> CarryOutAsync(ToClient order, CancellationToken cancellation) => order.OrderCase switch
    {
        ToClient.OrderOneofCase.GetProperties => new() { GetProperties = await GetPropertiesAsync(order.GetProperties, cancellation).ConfigureAwait(false) },
        ToClient.OrderOneofCase.GetParameters => new() { GetParameters = await GetParametersAsync(order.GetParameters, cancellation).ConfigureAwait(false) },
        ToClient.OrderOneofCase.Fit => new() { Fit = await FitAsync(order.Fit, cancellation).ConfigureAwait(false) },
        ToClient.OrderOneofCase.Evaluate => new() { Evaluate = await EvaluateAsync(order.Evaluate, cancellation).ConfigureAwait(false) },
        _ => throw new FlowerException("The server sent an order that is unknown."),
    };

    private async Task<GetPropertiesReply> GetPropertiesAsync(GetPropertiesOrder order, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, Scalar>? properties = await client.GetPropertiesAsync(ScalarMap.Read(order.Config), cancellation).ConfigureAwait(false);
        GetPropertiesReply reply = new() { Status = Status(properties is null ? ReplyCode.NoGetProperties : ReplyCode.Ok) };
        ScalarMap.Write(properties ?? new Dictionary<string, Scalar>(), reply.Properties);
        return reply;
    }

    private async Task<GetParametersReply> GetParametersAsync(GetParametersOrder order, CancellationToken cancellation)
    {
        WireModel? model = await client.GetParametersAsync(ScalarMap.Read(order.Config), cancellation).ConfigureAwait(false);
        return new() { Status = Status(model is null ? ReplyCode.NoGetParameters : ReplyCode.Ok), Parameters = model?.Message };
    }

    private async Task<FitReply> FitAsync(FitOrder order, CancellationToken cancellation)
    {
        FitReport report = await client.FitAsync(new(order.Parameters ?? new()), ScalarMap.Read(order.Config), cancellation).ConfigureAwait(false);
        FitReply reply = new() { Status = Status(ReplyCode.Ok), Parameters = report.Model.Message, NumExamples = report.Samples };
        ScalarMap.Write(report.Metrics, reply.Metrics);
        return reply;
    }

    private async Task<EvaluateReply> EvaluateAsync(EvaluateOrder order, CancellationToken cancellation)
    {
        EvaluateResult? result = await client.EvaluateAsync(new(order.Parameters ?? new()), ScalarMap.Read(order.Config), cancellation).ConfigureAwait(false);
        if (result is null)
        {
            return new() { Status = Status(ReplyCode.NoEvaluate) };
        }

        EvaluateReply reply = new() { Status = Status(ReplyCode.Ok), Loss = (float)result.Loss, NumExamples = result.Samples };
        ScalarMap.Write(result.Metrics, reply.Metrics);
        return reply;
    }

    private static ReplyStatus Status(ReplyCode code) => new() { Code = code, Text = code == ReplyCode.Ok ? "Success" : "not implemented" };
}
