using IdResolution.Tds.Language;
using IdResolution.Tds.Protocol;
using IdResolution.Tds.Types;

namespace IdResolution.Tds.Sessions;

/// <summary>What one statement gave.</summary>
internal sealed record Results(IReadOnlyList<ColumnShape>? Columns, List<object?[]> Rows, long Count)
{
    public void Write(TokenWriter writer)
    {
        if (Columns is null)
        {
            return;
        }

        var columns = Columns.Select((column, index) => (column.Name, Type: column.Type ?? Guess(index))).ToList();
        writer.Columns(columns);
        foreach (var row in Rows)
        {
            writer.RowStart();
            for (var index = 0; index < columns.Count; index++)
            {
                ValueWriter.Value(writer, columns[index].Type, row[index]);
            }
        }
    }

    // Only of expressions whose type the translation did not find.
    private SqlType Guess(int index) =>
        Rows.Select(row => row[index]).FirstOrDefault(value => value is not null) switch
        {
            null => SqlType.Int,
            long => SqlType.BigInt,
            byte[] => SqlType.Bytes,
            _ => SqlType.Text,
        };
}
