using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// Body of a request that consists of a handle: delete, list, home, unhome, list homed prefixes, site info, next
/// transaction.
/// </summary>
/// <param name="Handle">The handle; <c>/</c> for site info, the prefix handle for a list.</param>
public sealed record OneHandleRequest(string Handle)
{
    /// <summary>Reads the body; false if it is malformed. Bytes after it are ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out OneHandleRequest? request)
    {
        var reader = new WireReader(body);
        request = reader.TryText(out var handle) ? new OneHandleRequest(handle) : null;
        return request is not null;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer) => writer.Text(Handle);
}
