using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a resolution request (RFC 3652 §3.2.1). Teleinfo's SDK appends a text, which is ignored.</summary>
/// <param name="Handle">The handle to resolve.</param>
/// <param name="Indexes">The indexes wanted.</param>
/// <param name="Types">
/// The types wanted, see <see cref="Values.ValueFilter"/>. Without any index or type, all values are wanted.
/// </param>
public sealed record ResolutionRequest(string Handle, IReadOnlyList<int> Indexes, IReadOnlyList<string> Types)
{
    /// <summary>Reads the body; false if it is malformed. Bytes after it are ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ResolutionRequest? request)
    {
        request = null;
        var reader = new WireReader(body);
        if (
            !reader.TryText(out var handle)
            || !BodyLists.TryInt32s(ref reader, out var indexes)
            || !BodyLists.TryTexts(ref reader, out var types)
        )
        {
            return false;
        }
        request = new ResolutionRequest(handle, indexes, types);
        return true;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        writer.Text(Handle);
        BodyLists.Write(writer, Indexes);
        BodyLists.Write(writer, Types);
    }
}
