using System.Buffers;
using System.Buffers.Binary;

namespace IdResolution.Core.Records;

/// <summary>A row of a record in a side table.</summary>
/// <param name="Table">The table that the row belongs to.</param>
/// <param name="Values">One value for each column of the table, in order. Must not be changed.</param>
/// <param name="Field">The attribute that the row comes from, for errors; null if no error can name it.</param>
public sealed record SideRow(SideTable Table, SideValue[] Values, string? Field = null)
{
    /// <summary>Encodes the first values as bytes. Rows with different values have different bytes.</summary>
    /// <param name="count">The number of values to encode.</param>
    public byte[] Encode(int count)
    {
        var bytes = new ArrayBufferWriter<byte>(64);
        for (var i = 0; i < count; i++)
        {
            var part = Values[i].Encode(Table.Columns[i].Kind);
            BinaryPrimitives.WriteInt32BigEndian(bytes.GetSpan(sizeof(int)), part.Length);
            bytes.Advance(sizeof(int));
            bytes.Write(part);
        }
        return bytes.WrittenSpan.ToArray();
    }
}
