using System.Buffers;
using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Handle.Operations;

/// <summary>A response without its envelope and header.</summary>
/// <param name="Code">The response code.</param>
/// <param name="Body">The body, including the digest.</param>
internal sealed record Reply(ResponseCode Code, ReadOnlyMemory<byte> Body)
{
    /// <summary>False if the answer may be stale.</summary>
    public bool IsAuthoritative { get; init; } = true;

    /// <summary>True if more responses to the same request follow.</summary>
    public bool Continues { get; init; }

    /// <summary>The new session; 0 for the session of the request.</summary>
    public int SessionId { get; init; }

    /// <summary>The response for a result of the core: an empty success, or an error with its text.</summary>
    public static Reply Of<T>(Result<T> result, DigestField? digest) =>
        result.Error is { } error ? Refused(Refusal.Of(error), digest) : Done(digest);

    /// <summary>An error with its text, or an empty success if <paramref name="refusal"/> is null.</summary>
    public static Reply Of(Refusal? refusal, DigestField? digest) =>
        refusal is null ? Done(digest) : Refused(refusal, digest);

    /// <summary>An empty success.</summary>
    public static Reply Done(DigestField? digest) =>
        With(ResponseCode.Success, writer => new SuccessResponse(digest).Write(writer));

    /// <summary>An error with its text.</summary>
    public static Reply Refused(Refusal refusal, DigestField? digest) =>
        With(refusal.Code, writer => new ErrorResponse(digest, refusal.Message).Write(writer));

    /// <summary>The refusal of a body that cannot be read.</summary>
    public static Reply Unreadable(DigestField? digest) =>
        Refused(new Refusal(ResponseCode.ProtocolError, "The body cannot be read."), digest);

    /// <summary>A response with the body that <paramref name="write"/> writes.</summary>
    public static Reply With(ResponseCode code, BodyWriter write)
    {
        var body = new ArrayBufferWriter<byte>(256);
        write(new WireWriter(body));
        return new Reply(code, body.WrittenMemory);
    }

    public delegate void BodyWriter(WireWriter writer);
}
