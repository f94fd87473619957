using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// Body of a resolution request (RFC 3652 §3.2.1). Teleinfo's SDK appends a text, which is not looked at.
/// </summary>
/// <param name="Handle">The handle.</param>
/// <param name="Indexes">Indexes wanted.</param>
/// <param name="Types">
/// Types wanted, see <see cref="Values.ValueFilter"/>; with no index and no type all values are.
/// </param>
public sealed record ResolutionRequest(string Handle, IReadOnlyList<int> Indexes, IReadOnlyList<string> Types)
{
    /// <summary>Reads a body; what follows it is tolerated.</summary>
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

    /// <summary>Writes the body.</summary>
    public void Write(WireWriter writer)
    {
        writer.Text(Handle);
        BodyLists.Write(writer, Indexes);
        BodyLists.Write(writer, Types);
    }
}
