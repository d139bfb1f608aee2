using Google.Protobuf;
using Grpc.Core;

namespace Straggler.Flower.Wire;

/// <summary>The one remote procedure: a stream in each direction.</summary>
internal static class JoinMethod
{
    /// <summary>The name by which a request asks for it.</summary>
    public const string Path = "/flwr.proto.FlowerService/Join";

    /// <summary>Makes the method.</summary>
    /// <param name="maximumDescriptionBytes">Most bytes of a reply besides the contents of its arrays.</param>
    public static Method<ToServer, ToClient> Create(long maximumDescriptionBytes) => new(
        MethodType.DuplexStreaming,
        "flwr.proto.FlowerService",
        "Join",
        Marshallers.Create(Serialize, context => DeserializeReply(context, maximumDescriptionBytes)),
        Marshallers.Create(Serialize, context => ToClient.Parser.ParseFrom(context.PayloadAsReadOnlySequence())));

    private static void Serialize(IMessage message, SerializationContext context)
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private static ToServer DeserializeReply(DeserializationContext context, long maximumDescriptionBytes)
    {
        try
        {
            ReplyScan.Check(context.PayloadAsReadOnlySequence(), maximumDescriptionBytes);
            return ToServer.Parser.ParseFrom(context.PayloadAsReadOnlySequence());
        }
#pragma warning disable CA1031 // Whatever reading stumbles over is the message's fault: the connection is sound, and must not pass for a broken one.
        catch (Exception fault) when (fault is not (FlowerException or InvalidProtocolBufferException or OutOfMemoryException))
#pragma warning restore CA1031
        {
            throw new FlowerException($"it cannot be read ({fault.Message})", fault);
        }
    }
}
