using System.Net;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace IdResolution.Server.Handle.Transport;

/// <summary>
/// The Handle protocol over HTTP: messages in the bodies of POST requests, to any path, and of their answers.
/// </summary>
internal sealed class HandleMessagesOverHttp(HandleService service)
{
    private const string MediaType = "application/x-hdl-message";

    private const int LongestBody = MessageLimits.EnvelopeLength + MessageLimits.MaxMessageLength;

    // Every answer but a list of many handles is shorter.
    private const int LongestInMemory = 1 << 20;

    /// <summary>True if a request carries a message of the Handle protocol.</summary>
    public static bool IsOne(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method)
        && context.Request.ContentType is { } type
        && type.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == MediaType.Length || type[MediaType.Length] is ';' or ' ');

    public async Task AnswerAsync(HttpContext context)
    {
        BodyBound.SetForCounted(context, LongestBody);
        if (context.Request.ContentLength > LongestBody)
        {
            BodyBound.Discard(context);
            await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge);
            return;
        }
        (Envelope Envelope, byte[] Message)? request;
        try
        {
            using var held = context.Request.ContentLength <= HeldBodies.AlwaysHeld ? null : HeldBodies.Of(context);
            if (held?.TryHold(context.Request.ContentLength ?? LongestBody) == false)
            {
                await RefuseAsync(context, StatusCodes.Status429TooManyRequests);
                return;
            }
            request = await ReadAsync(context.Request.Body, context.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            // Chunks without end, or a body that ends early or is none of HTTP's.
            HungUp.TakeNoMore(context);
            await RefuseAsync(context, e.StatusCode);
            return;
        }
        catch (Exception e) when (HungUp.Is(e, context))
        {
            HungUp.End(context);
            return;
        }
        if (request is not var (envelope, message))
        {
            await RefuseAsync(context, StatusCodes.Status200OK);
            return;
        }
        try
        {
            await AnswerAsync(context, envelope, message, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone.
        }
    }

    private static Task RefuseAsync(HttpContext context, int status) =>
        BytesAnswer.WriteAsync(context, status, MediaType, HandleService.Undecodable());

    private async Task AnswerAsync(
        HttpContext context,
        Envelope envelope,
        byte[] message,
        CancellationToken cancellationToken
    )
    {
        var response = context.Response;
        // Clients read by Content-Length, and a list may be of any length: what is long is kept in a temporary file.
        await using var answer = new FileBufferingWriteStream(LongestInMemory);
        var peer = new HandlePeer(
            PeerTransport.Http,
            context.Connection.RemoteIpAddress ?? IPAddress.None,
            new CallOrigin(context)
        );
        await service.AnswerAsync(envelope, message, peer, new Sink(answer), cancellationToken);
        // Whatever changes something has a short answer.
        if (HeldAnswers.Of(context).Hold(context, Math.Min(answer.Length, LongestInMemory)) is not null)
        {
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests);
            return;
        }
        response.ContentType = MediaType;
        response.ContentLength = answer.Length;
        await answer.DrainBufferAsync(response.Body, cancellationToken);
    }

    /// <summary>Reads the message; null if the body is none.</summary>
    private static async Task<(Envelope Envelope, byte[] Message)?> ReadAsync(
        Stream body,
        CancellationToken cancellationToken
    )
    {
        var head = new byte[MessageLimits.EnvelopeLength];
        return
            await body.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken) == head.Length
            && Envelope.TryRead(head, out var envelope)
            && envelope.MessageLength is >= MessageLimits.HeaderLength and <= MessageLimits.MaxMessageLength
            && await ReadAsync(body, (int)envelope.MessageLength, cancellationToken) is { } message
            ? (envelope, message)
            : null;
    }

    /// <summary>
    /// Reads so many bytes; null if fewer arrive. The buffer grows with the bytes received: the claimed length may be
    /// false.
    /// </summary>
    private static async Task<byte[]?> ReadAsync(Stream body, int length, CancellationToken cancellationToken)
    {
        const int First = 4_096;
        var bytes = new byte[Math.Min(length, First)];
        var read = 0;
        while (true)
        {
            var more = await body.ReadAsync(bytes.AsMemory(read), cancellationToken);
            if (more == 0)
            {
                return null;
            }
            read += more;
            if (read == length)
            {
                return bytes;
            }
            if (read == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(length, 2 * bytes.Length));
            }
        }
    }

    private sealed class Sink(FileBufferingWriteStream answer) : IHandleSink
    {
        public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
            answer.WriteAsync(message, cancellationToken);
    }
}
