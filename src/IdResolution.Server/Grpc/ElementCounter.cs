using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Counts the elements of all lists of a message before it is made: two bytes of it become an object of some hundred.
/// Fields that are not known count too, as the library keeps them.
/// </summary>
internal sealed class ElementCounter : FieldReader
{
    /// <summary>The most elements of a message.</summary>
    public const int Most = EventRules.MaxBatchElements;

    // A tag and a length.
    private const int LeastBytes = 2;

    private const int TypeBits = 3;

    private MessageDescriptor _type;
    private int _count;

    private ElementCounter(MessageDescriptor type) => _type = type;

    /// <summary>Ends the call with RESOURCE_EXHAUSTED if a message has too many elements.</summary>
    public static void Check(MessageDescriptor type, DeserializationContext context)
    {
        if (context.PayloadLength <= LeastBytes * Most)
        {
            return;
        }
        var counter = new ElementCounter(type);
        counter.MergeFrom(context.PayloadAsReadOnlySequence());
        if (counter._count > Most)
        {
            throw new RpcException(
                new Status(
                    StatusCode.ResourceExhausted,
                    $"A message has at most {Most} elements in all its lists: send them in several."
                )
            );
        }
    }

    protected override bool Read(uint tag, ref ParseContext input)
    {
        var field = _type.FindFieldByNumber((int)(tag >> TypeBits));
        _count += field is null or { IsRepeated: true } ? 1 : 0;
        if (field is not { FieldType: FieldType.Message } || (tag & ((1 << TypeBits) - 1)) != LengthDelimited)
        {
            return false;
        }
        var outer = _type;
        _type = field.MessageType;
        input.ReadMessage(this);
        _type = outer;
        return true;
    }
}
