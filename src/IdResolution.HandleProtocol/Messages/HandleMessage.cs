using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>A whole message, in the clear: envelope, header, body, credential (RFC 3652 §2.2).</summary>
public sealed class HandleMessage
{
    /// <summary>The envelope.</summary>
    public required Envelope Envelope { get; init; }

    /// <summary>The header.</summary>
    public required MessageHeader Header { get; init; }

    /// <summary>Header and body as they were sent: what digests and signatures cover.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body => Content[MessageLimits.HeaderLength..];

    /// <summary>The credential without its length; empty for an unsigned message.</summary>
    public ReadOnlyMemory<byte> Credential { get; init; }

    /// <summary>
    /// Takes apart what follows an envelope, in the clear; false where the lengths do not fit. A missing length of the
    /// credential is tolerated.
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

    /// <summary>Writes a message: the lengths in envelope and header are set here.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="header">The header.</param>
    /// <param name="body">The body.</param>
    /// <param name="credential">The credential without its length; empty for an unsigned message.</param>
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
