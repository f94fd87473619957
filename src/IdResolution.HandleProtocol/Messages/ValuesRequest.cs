using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a request that creates a handle, or adds or modifies values (RFC 3652 §3.5 and §3.6).</summary>
/// <param name="Handle">The handle; with <see cref="OpFlags.MintSuffix"/> only its beginning.</param>
/// <param name="Values">The values to create, add or modify.</param>
public sealed record ValuesRequest(string Handle, IReadOnlyList<HandleValue> Values)
{
    /// <summary>Reads the body; false if it is malformed. Bytes after it are ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ValuesRequest? request)
    {
        request = null;
        var reader = new WireReader(body);
        if (!reader.TryText(out var handle) || !BodyLists.TryValues(ref reader, out var values))
        {
            return false;
        }
        request = new ValuesRequest(handle, values);
        return true;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        writer.Text(Handle);
        BodyLists.Write(writer, Values);
    }
}
