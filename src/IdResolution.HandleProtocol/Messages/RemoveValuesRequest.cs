using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a request that removes values (RFC 3652 §3.6.2).</summary>
/// <param name="Handle">The handle that has the values.</param>
/// <param name="Indexes">The indexes of the values to remove.</param>
public sealed record RemoveValuesRequest(string Handle, IReadOnlyList<int> Indexes)
{
    /// <summary>Reads the body; false if it is malformed. Bytes after it are ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out RemoveValuesRequest? request)
    {
        request = null;
        var reader = new WireReader(body);
        if (!reader.TryText(out var handle) || !BodyLists.TryInt32s(ref reader, out var indexes))
        {
            return false;
        }
        request = new RemoveValuesRequest(handle, indexes);
        return true;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        writer.Text(Handle);
        BodyLists.Write(writer, Indexes);
    }
}
