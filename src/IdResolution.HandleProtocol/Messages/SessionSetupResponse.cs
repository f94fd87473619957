using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// Body of a response to a request for a session (RFC 3652 §3.8.2), with the two surplus bytes of the request.
/// </summary>
/// <param name="Digest">Of the request, where it asked for it.</param>
/// <param name="Mode">How the key is agreed.</param>
/// <param name="Data">The encrypted session key or the server's public key; what it is depends on the mode.</param>
public sealed record SessionSetupResponse(DigestField? Digest, SessionMode Mode, byte[] Data)
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="digestPresent">The header's <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">What was read.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> body,
        bool digestPresent,
        [NotNullWhen(true)] out SessionSetupResponse? response
    )
    {
        response = null;
        var reader = new WireReader(body);
        if (
            !DigestField.TryRead(ref reader, digestPresent, out var digest)
            || !reader.TryUInt16(out var mode)
            || mode > (ushort)SessionMode.DiffieHellman
            || !reader.TryArray(out var data)
        )
        {
            return false;
        }
        response = new SessionSetupResponse(digest, (SessionMode)mode, data.ToArray());
        return true;
    }

    /// <summary>Writes the body.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        writer.UInt16((ushort)Mode);
        writer.Array(Data);
        writer.UInt16(0);
    }
}
