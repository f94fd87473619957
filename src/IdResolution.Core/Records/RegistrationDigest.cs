using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Records;

/// <summary>Recognises a registration when it comes again.</summary>
internal static class RegistrationDigest
{
    /// <summary>
    /// The digest of template code, identifier if given (folded), attributes by code and raw values by index, each
    /// preceded by its length. The template's version is not part of it.
    /// </summary>
    public static byte[] Of(RecordContent content, NodeSecrets secrets, LookupKey? givenIdentifier)
    {
        var form = new ArrayBufferWriter<byte>(512);
        Append(form, content.Template?.Code ?? "");
        Append(form, givenIdentifier?.Bytes ?? []);
        if (content.Template is not null)
        {
            foreach (var position in content.Template.PositionsByCode)
            {
                if (content.Attributes[position] is { } value)
                {
                    Append(form, content.Template.Attributes[position].Code);
                    Append(form, value);
                }
            }
        }
        Append(form, []);
        foreach (var value in content.Values)
        {
            BinaryPrimitives.WriteInt32BigEndian(form.GetSpan(4), value.Index);
            form.Advance(4);
            Append(form, value.Encode());
        }
        return secrets.Digest(form.WrittenSpan);
    }

    private static void Append(ArrayBufferWriter<byte> form, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var span = form.GetSpan(4 + length);
        BinaryPrimitives.WriteInt32BigEndian(span, length);
        Encoding.UTF8.GetBytes(text, span[4..]);
        form.Advance(4 + length);
    }

    private static void Append(ArrayBufferWriter<byte> form, ReadOnlySpan<byte> bytes)
    {
        var span = form.GetSpan(4 + bytes.Length);
        BinaryPrimitives.WriteInt32BigEndian(span, bytes.Length);
        bytes.CopyTo(span[4..]);
        form.Advance(4 + bytes.Length);
    }
}
