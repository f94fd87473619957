using System.Buffers;
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

    /// <summary>A success that says no more, or a refusal with its text.</summary>
    public static Reply Of(Outcome outcome, DigestField? digest)
    {
        var body = new ArrayBufferWriter<byte>();
        if (outcome.IsOk)
        {
            new SuccessResponse(digest).Write(new WireWriter(body));
        }
        else
        {
            new ErrorResponse(digest, outcome.Message).Write(new WireWriter(body));
        }
        return new Reply(outcome.Code, body.WrittenMemory);
    }
}
