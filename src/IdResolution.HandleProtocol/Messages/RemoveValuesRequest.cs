using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a request that removes values (RFC 3652 §3.6.2).</summary>
/// <param name="Handle">The handle.</param>
/// <param name="Indexes">The values' indexes.</param>
public sealed record RemoveValuesRequest(string Handle, IReadOnlyList<int> Indexes)
{
    /// <summary>Reads a body; what follows it is tolerated.</summary>
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

    /// <summary>Writes the body.</summary>
    public void Write(WireWriter writer)
    {
        writer.Text(Handle);
        BodyLists.Write(writer, Indexes);
    }
}
