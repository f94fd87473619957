using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>A whole decrypted message: envelope, header, body, credential (RFC 3652 §2.2).</summary>
public sealed class HandleMessage
{
    /// <summary>The envelope that came before the message.</summary>
    public required Envelope Envelope { get; init; }

    /// <summary>The header, decoded from <see cref="Content"/>.</summary>
    public required MessageHeader Header { get; init; }

    /// <summary>Header and body as they were sent. Digests and signatures cover them.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The part of <see cref="Content"/> after the header.</summary>
    public ReadOnlyMemory<byte> Body => Content[MessageLimits.HeaderLength..];

    /// <summary>The credential without the length before it; empty if the message has none.</summary>
    public ReadOnlyMemory<byte> Credential { get; init; }

    /// <summary>
    /// Parses the decrypted bytes after an envelope; false if their lengths do not fit. A message may end without a
    /// credential and its length.
    /// </summary>
    public static bool TryParse(
        Envelope envelope,
        ReadOnlyMemory<byte> message,
        [NotNullWhen(true)] out HandleMessage? parsed
    )
    {
        parsed = null;
        if (
            !MessageHeader.TryRead(message.Span, out var header)
            || header.BodyLength > (uint)(message.Length - MessageLimits.HeaderLength)
        )
        {
            return false;
        }
        var end = MessageLimits.HeaderLength + (int)header.BodyLength;
        var reader = new WireReader(message.Span[end..]);
        var credential = ReadOnlyMemory<byte>.Empty;
        if (!reader.Rest.IsEmpty)
        {
            if (!reader.TryArray(out var bytes))
            {
                return false;
            }
            credential = message.Slice(end + 4, bytes.Length);
        }
        parsed = new HandleMessage
        {
            Envelope = envelope,
            Header = header,
            Content = message[..end],
            Credential = credential,
        };
        return true;
    }

    /// <summary>Writes a message; sets the lengths in envelope and header.</summary>
    /// <param name="output">Where to write the message.</param>
    /// <param name="envelope">The envelope; its message length is ignored.</param>
    /// <param name="header">The header; its body length is ignored.</param>
    /// <param name="body">The bytes of the body.</param>
    /// <param name="credential">The credential without the length before it; empty for none.</param>
    public static void Write(
        IBufferWriter<byte> output,
        Envelope envelope,
        MessageHeader header,
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> credential = default
    )
    {
        const int Frame = MessageLimits.EnvelopeLength + MessageLimits.HeaderLength;
        var span = output.GetSpan(Frame);
        (
            envelope with
            {
                MessageLength = (uint)(MessageLimits.HeaderLength + body.Length + 4 + credential.Length),
            }
        ).Write(span);
        (header with { BodyLength = (uint)body.Length }).Write(span[MessageLimits.EnvelopeLength..]);
        output.Advance(Frame);
        var writer = new WireWriter(output);
        writer.Bytes(body);
        writer.Array(credential);
    }
}
