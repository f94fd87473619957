using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// Body of a request to log in for a connection (Teleinfo's extension). The server sends a challenge; success comes as
/// a <see cref="SuccessResponse"/>.
/// </summary>
/// <param name="User">The identity that logs in.</param>
public sealed record LoginRequest(ValueReference User)
{
    /// <summary>Reads the body; false if it is malformed. Bytes after it are ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out LoginRequest? request)
    {
        var reader = new WireReader(body);
        request = BodyLists.TryReference(ref reader, out var user) ? new LoginRequest(user) : null;
        return request is not null;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer) => BodyLists.Write(writer, User);
}
