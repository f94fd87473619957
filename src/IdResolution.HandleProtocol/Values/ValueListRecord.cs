using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Values;

/// <summary>The data of an HS_VLIST value: a group of administrators (RFC 3651 §3.2.6).</summary>
/// <param name="Members">Keys, or further HS_VLIST values.</param>
public sealed record ValueListRecord(IReadOnlyList<ValueReference> Members)
{
    /// <summary>Reads the data; false if they are malformed or bytes are left over.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, [NotNullWhen(true)] out ValueListRecord? record)
    {
        var reader = new WireReader(data);
        record =
            BodyLists.TryReferences(ref reader, out var members) && reader.Rest.IsEmpty
                ? new ValueListRecord(members)
                : null;
        return record is not null;
    }

    /// <summary>Writes the data in their wire form.</summary>
    public void Write(WireWriter writer) => BodyLists.Write(writer, Members);

    /// <summary>The bytes that <see cref="Write"/> writes: the data of an HS_VLIST value.</summary>
    public byte[] ToData() => Encoded.Of(Write);
}
