using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// Body of a request for a session (RFC 3652 §3.8.1). The reference declares two bytes more than it needs; they are
/// written, and not missed where absent.
/// </summary>
/// <param name="Mode">How the key is agreed.</param>
/// <param name="Timeout">Seconds.</param>
/// <param name="Identity">Who asks; empty handle and index 0 for nobody.</param>
/// <param name="PublicKey">
/// With <see cref="SessionMode.ClientKey"/> and <see cref="SessionMode.DiffieHellman"/> the client's public key,
/// encoded as HS_PUBKEY is; else empty.
/// </param>
/// <param name="KeyReference">With <see cref="SessionMode.HandleKey"/> where the key is; else null.</param>
public sealed record SessionSetupRequest(
    SessionMode Mode,
    int Timeout,
    ValueReference Identity,
    byte[] PublicKey,
    ValueReference? KeyReference
)
{
    /// <summary>Reads a body; what follows it is tolerated.</summary>
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

    /// <summary>Writes the body.</summary>
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
