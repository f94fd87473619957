using System.Buffers;
using System.Buffers.Binary;

namespace IdResolution.Core.Records;

/// <summary>A row that a record has in a table beside it.</summary>
/// <param name="Table">The table.</param>
/// <param name="Values">One for each of the table's columns. Not to be changed.</param>
/// <param name="Field">The attribute that it comes from, for errors; null where no error can name it.</param>
public sealed record SideRow(SideTable Table, SideValue[] Values, string? Field = null)
{
    /// <summary>The first values as bytes, which differ where one of the values does.</summary>
    /// <param name="count">How many.</param>
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
