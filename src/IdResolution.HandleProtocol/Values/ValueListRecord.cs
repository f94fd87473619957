using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Values;

/// <summary>Data of an HS_VLIST value: administrators as a group (RFC 3651 §3.2.6).</summary>
/// <param name="Members">Keys, or further lists.</param>
public sealed record ValueListRecord(IReadOnlyList<ValueReference> Members)
{
    /// <summary>Reads the data; false where bytes are left over.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, [NotNullWhen(true)] out ValueListRecord? record)
    {
        var reader = new WireReader(data);
        record =
            BodyLists.TryReferences(ref reader, out var members) && reader.Rest.IsEmpty
                ? new ValueListRecord(members)
                : null;
        return record is not null;
    }

    /// <summary>Writes the data.</summary>
    public void Write(WireWriter writer) => BodyLists.Write(writer, Members);

    /// <summary>The data of a value.</summary>
    public byte[] ToData() => Encoded.Of(Write);
}
