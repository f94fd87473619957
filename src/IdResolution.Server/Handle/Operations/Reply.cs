using System.Buffers;
using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Handle.Operations;

/// <summary>A response before it is put in its frame.</summary>
/// <param name="Code">The response code.</param>
/// <param name="Body">The body, digest included.</param>
internal sealed record Reply(ResponseCode Code, ReadOnlyMemory<byte> Body)
{
    /// <summary>False where the answer may be old.</summary>
    public bool IsAuthoritative { get; init; } = true;

    /// <summary>True where more responses follow.</summary>
    public bool Continues { get; init; }

    /// <summary>The session made; 0 for that of the request.</summary>
    public int SessionId { get; init; }

    /// <summary>What the core answered: a success that says no more, or a refusal with its text.</summary>
    public static Reply Of<T>(Result<T> result, DigestField? digest) =>
        result.Error is { } error ? Refused(Refusal.Of(error), digest) : Done(digest);

    /// <summary>A refusal with its text; a success that says no more where there is none.</summary>
    public static Reply Of(Refusal? refusal, DigestField? digest) =>
        refusal is null ? Done(digest) : Refused(refusal, digest);

    /// <summary>A success that says no more.</summary>
    public static Reply Done(DigestField? digest) =>
        With(ResponseCode.Success, writer => new SuccessResponse(digest).Write(writer));

    /// <summary>A refusal with its text.</summary>
    public static Reply Refused(Refusal refusal, DigestField? digest) =>
        With(refusal.Code, writer => new ErrorResponse(digest, refusal.Message).Write(writer));

    /// <summary>A response with a body of its own.</summary>
    public static Reply With(ResponseCode code, BodyWriter write)
    {
        var body = new ArrayBufferWriter<byte>(256);
        write(new WireWriter(body));
        return new Reply(code, body.WrittenMemory);
    }

    /// <summary>Writes a body.</summary>
    public delegate void BodyWriter(WireWriter writer);
}
