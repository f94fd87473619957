using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// Body of a request to set up a session (RFC 3652 §3.8.1). The reference implementation writes two surplus bytes at
/// the end. They are written here too, but a body without them is read as well.
/// </summary>
/// <param name="Mode">How the key is agreed on.</param>
/// <param name="Timeout">The life of the session that the client asks for, in seconds.</param>
/// <param name="Identity">The identity of the client; an empty handle and index 0 for none.</param>
/// <param name="PublicKey">
/// The client's public key in the encoding of HS_PUBKEY, with <see cref="SessionMode.ClientKey"/> and
/// <see cref="SessionMode.DiffieHellman"/>; empty with other modes.
/// </param>
/// <param name="KeyReference">The value that holds the key, for <see cref="SessionMode.HandleKey"/>; else null.</param>
public sealed record SessionSetupRequest(
    SessionMode Mode,
    int Timeout,
    ValueReference Identity,
    byte[] PublicKey,
    ValueReference? KeyReference
)
{
    /// <summary>Reads the body; false if it is malformed. Bytes after it are ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out SessionSetupRequest? request)
    {
        request = null;
        var reader = new WireReader(body);
        ReadOnlySpan<byte> key = default;
        ValueReference? reference = null;
        if (
            !reader.TryUInt16(out var mode)
            || mode > (ushort)SessionMode.DiffieHellman
            || !reader.TryInt32(out var timeout)
            || !BodyLists.TryReference(ref reader, out var identity)
            || ((SessionMode)mode is SessionMode.ClientKey or SessionMode.DiffieHellman && !reader.TryArray(out key))
            || ((SessionMode)mode is SessionMode.HandleKey && !BodyLists.TryReference(ref reader, out reference))
        )
        {
            return false;
        }
        request = new SessionSetupRequest((SessionMode)mode, timeout, identity, key.ToArray(), reference);
        return true;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        writer.UInt16((ushort)Mode);
        writer.Int32(Timeout);
        BodyLists.Write(writer, Identity);
        if (Mode is SessionMode.ClientKey or SessionMode.DiffieHellman)
        {
            writer.Array(PublicKey);
        }
        else if (Mode is SessionMode.HandleKey)
        {
            BodyLists.Write(writer, KeyReference ?? new ValueReference("", 0));
        }
        writer.UInt16(0);
    }
}
