using IdResolution.Tds.Types;

namespace IdResolution.Tds.Protocol;

/// <summary>A table-valued parameter as it was sent (MS-TDS 2.2.5.5.5).</summary>
internal sealed record TableValue(string TypeName, IReadOnlyList<SqlType> Columns, IReadOnlyList<object?[]> Rows)
{
    public const byte Code = 0xF3;

    private const int NoColumns = 0xFFFF;
    private const int DefaultFlag = 0x0200;
    private const byte RowToken = 0x01;

    public static TableValue Read(WireReader reader)
    {
        reader.ShortText();
        reader.ShortText();
        var name = reader.ShortText();
        var count = reader.UInt16();
        List<(WireType Type, bool IsDefault)> columns = [];
        for (var index = 0; count != NoColumns && index < count; index++)
        {
            reader.UInt32();
            var flags = reader.UInt16();
            columns.Add((WireType.Read(reader), (flags & DefaultFlag) != 0));
            reader.ShortText();
        }

        SkipOrderAndOrdering(reader);
        List<object?[]> rows = [];
        while (reader.Byte() == RowToken)
        {
            rows.Add([.. columns.Select(column => column.IsDefault ? null : column.Type.ReadValue(reader))]);
        }

        return new TableValue(name, [.. columns.Select(column => column.Type.Type)], rows);
    }

    private static void SkipOrderAndOrdering(WireReader reader)
    {
        while (reader.Byte() is var token and not 0)
        {
            var count = reader.UInt16();
            reader.Take(count * (token == 0x10 ? 3 : 2));
        }
    }
}
