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
        ReplyScan.Check(context.PayloadAsReadOnlySequence(), maximumDescriptionBytes);
        return ToServer.Parser.ParseFrom(context.PayloadAsReadOnlySequence());
    }
}
