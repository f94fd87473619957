using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// Body of a response to a request for a session (RFC 3652 §3.8.2), with the same two surplus bytes as the request.
/// </summary>
/// <param name="Digest">The digest of the request; null if the request asked for none.</param>
/// <param name="Mode">How the key is agreed on.</param>
/// <param name="Data">The encrypted session key or the server's public key, depending on the mode.</param>
public sealed record SessionSetupResponse(DigestField? Digest, SessionMode Mode, byte[] Data)
{
    /// <summary>Reads the body; false if it is malformed.</summary>
    /// <param name="body">The bytes of the body.</param>
    /// <param name="digestPresent">True if the header has <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">The body read; null if the result is false.</param>
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

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        writer.UInt16((ushort)Mode);
        writer.Array(Data);
        writer.UInt16(0);
    }
}
