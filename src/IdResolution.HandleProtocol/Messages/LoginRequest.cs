using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// Body of a login for a connection (Teleinfo's extension); it is challenged, and success comes back as
/// <see cref="SuccessResponse"/>.
/// </summary>
/// <param name="User">Who logs in.</param>
public sealed record LoginRequest(ValueReference User)
{
    /// <summary>Reads a body; what follows it is tolerated.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out LoginRequest? request)
    {
        var reader = new WireReader(body);
        request = BodyLists.TryReference(ref reader, out var user) ? new LoginRequest(user) : null;
        return request is not null;
    }

    /// <summary>Writes the body.</summary>
    public void Write(WireWriter writer) => BodyLists.Write(writer, User);
}
