using System.Buffers;
using System.Buffers.Binary;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Handle.Operations;

/// <summary>
/// The hot path: resolves from L1. Values encoded before are copied into the response, all of them or those asked for.
/// It neither waits nor allocates. All other messages go to <see cref="HandleService"/>.
/// </summary>
internal sealed class FastResolution(
    RequestMetrics requests,
    IdentifierReader reader,
    RecordValues records,
    ResponseFrame frame
)
{
    // Requests with one of these flags take the slow path.
    private const OpFlags Unusual = OpFlags.Certify | OpFlags.Encrypt | OpFlags.ReturnDigest;

    private const int Frame = MessageLimits.EnvelopeLength + MessageLimits.HeaderLength;
    private const int EmptyCredential = 4;

    /// <summary>
    /// Answers an unencrypted message from the cache. False, with nothing written, if it must take the slow path.
    /// </summary>
    public bool TryAnswer(in Envelope envelope, ReadOnlySpan<byte> message, IBufferWriter<byte> output)
    {
        if (
            envelope.SessionId != 0
            || envelope.Flags != EnvelopeFlags.None
            || !MessageHeader.TryRead(message, out var header)
            || header.OpCode != OpCode.Resolution
            || (header.Flags & Unusual) != 0
            || header.ResponseCode != ResponseCode.None
            || header.BodyLength > (uint)(message.Length - MessageLimits.HeaderLength)
            || !ResolutionRequestView.TryRead(
                message.Slice(MessageLimits.HeaderLength, (int)header.BodyLength),
                out var request
            )
            || request.Handle.Length > LookupKey.MaxLength
            || !request.Handle.Contains((byte)'/')
        )
        {
            return false;
        }
        Span<byte> key = stackalloc byte[LookupKey.MaxLength];
        request.Handle.CopyTo(key);
        key = key[..request.Handle.Length];
        LookupKey.Fold(key);
        if (
            reader.FindCached(key) is not { } entry
            || records.FindRendered(entry) is not { } rendering
            || (rendering.IsPartial && !header.Flags.HasFlag(OpFlags.PublicOnly))
        )
        {
            return false;
        }
        var values = rendering.Body.AsSpan();
        int count,
            length;
        if (request.WantsAll)
        {
            count = BinaryPrimitives.ReadInt32BigEndian(values);
            length = values.Length;
        }
        else
        {
            (count, length) = Select(values[4..], in request, []);
            length += 4;
        }
        if (count == 0)
        {
            return false;
        }
        var bodyLength = 4 + request.Handle.Length + length;
        var span = output.GetSpan(Frame + bodyLength + EmptyCredential);
        frame.Write(
            span,
            in envelope,
            in header,
            ResponseCode.Success,
            bodyLength,
            EmptyCredential,
            isAuthoritative: true
        );
        var body = span[Frame..];
        BinaryPrimitives.WriteInt32BigEndian(body, request.Handle.Length);
        request.Handle.CopyTo(body[4..]);
        body = body[(4 + request.Handle.Length)..];
        if (request.WantsAll)
        {
            values.CopyTo(body);
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(body, count);
            Select(values[4..], in request, body[4..]);
        }
        BinaryPrimitives.WriteInt32BigEndian(body[length..], 0);
        output.Advance(Frame + bodyLength + EmptyCredential);
        reader.CountHit(entry);
        if (requests.Enabled)
        {
            requests.Count(HandleResponder.FrontEnd, "resolve", RequestMetrics.Ok);
        }
        return true;
    }

    /// <summary>Counts the values asked for and their bytes. Copies them unless the output is empty.</summary>
    private static (int Count, int Length) Select(
        ReadOnlySpan<byte> values,
        in ResolutionRequestView request,
        Span<byte> output
    )
    {
        var count = 0;
        var length = 0;
        while (EncodedValue.TryRead(values, out var value))
        {
            if (ValueFilter.Wants(value.Index, value.Type, request.Indexes, request.Types))
            {
                if (!output.IsEmpty)
                {
                    values[..value.Length].CopyTo(output[length..]);
                }
                count++;
                length += value.Length;
            }
            values = values[value.Length..];
        }
        return (count, length);
    }
}
