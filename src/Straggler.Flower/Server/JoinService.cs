using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Straggler.Flower.Wire;

namespace Straggler.Flower.Server;

/// <summary>Answers the one remote procedure.</summary>
/// <param name="lobby">Lets clients in.</param>
internal sealed class JoinService(ClientLobby lobby)
{
    private Task JoinAsync(IAsyncStreamReader<ToServer> replies, IServerStreamWriter<ToClient> orders, ServerCallContext context) =>
        lobby.ServeAsync(replies, orders, context.GetHttpContext());

    /// <summary>Tells gRPC of the method.</summary>
    /// <param name="context">What the server knows.</param>
    internal sealed class Method(ServerContext context) : IServiceMethodProvider<JoinService>
    {
        /// <inheritdoc/>
        public void OnServiceMethodDiscovery(ServiceMethodProviderContext<JoinService> discovery) => discovery.AddDuplexStreamingMethod(
            JoinMethod.Create(context.Options.MaximumDescriptionBytes),
            [],
            (service, replies, orders, call) => service.JoinAsync(replies, orders, call));
    }
}
