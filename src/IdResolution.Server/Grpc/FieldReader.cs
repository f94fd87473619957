using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Reads the fields of a message as they come, without building the message. It implements the message interface only
/// because the parser needs that.
/// </summary>
internal abstract class FieldReader : IBufferMessage
{
    /// <summary>The wire types read here: the lowest bits of a tag.</summary>
    protected const int Varint = 0;
    protected const int Fixed64 = 1;
    protected const int LengthDelimited = 2;

    private const int EndGroup = 4;
    private const int TypeMask = 7;

    MessageDescriptor IMessage.Descriptor => throw new NotSupportedException();

    void IBufferMessage.InternalMergeFrom(ref ParseContext input)
    {
        while (input.ReadTag() is var tag and not 0 && (tag & TypeMask) != EndGroup)
        {
            if (!Read(tag, ref input))
            {
                _ = UnknownFieldSet.MergeFieldFrom(null, ref input);
            }
        }
    }

    void IBufferMessage.InternalWriteTo(ref WriteContext output) => throw new NotSupportedException();

    void IMessage.MergeFrom(CodedInputStream input) => throw new NotSupportedException();

    void IMessage.WriteTo(CodedOutputStream output) => throw new NotSupportedException();

    int IMessage.CalculateSize() => throw new NotSupportedException();

    /// <summary>Reads the field of a tag; false if the field is not known.</summary>
    protected abstract bool Read(uint tag, ref ParseContext input);
}
