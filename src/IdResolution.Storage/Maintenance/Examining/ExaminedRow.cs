using System.Globalization;
using System.Text;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// A row of a query, taken out of its reader. A damaged database may lack anything, so a missing value reads as 0, no
/// bytes or an empty text. Columns count from 0.
/// </summary>
internal readonly struct ExaminedRow(object[] values)
{
    public bool IsNull(int column) => values[column] is DBNull;

    public long Int64(int column) =>
        values[column] is DBNull ? 0 : Convert.ToInt64(values[column], CultureInfo.InvariantCulture);

    public byte[] Bytes(int column) => values[column] is DBNull ? [] : (byte[])values[column];

    /// <summary>
    /// Reads a text. SQL Server keeps texts that callers choose as UTF-8 bytes, and of SQLite all texts come as such.
    /// </summary>
    public string Text(int column) =>
        values[column] switch
        {
            string text => text,
            byte[] utf8 => Encoding.UTF8.GetString(utf8),
            _ => "",
        };

    /// <summary>Reads a number that need not be whole; null for none.</summary>
    public double? Number(int column) =>
        values[column] switch
        {
            double number => number,
            long number => number,
            _ => null,
        };

    /// <summary>About how many bytes it takes.</summary>
    public int Size()
    {
        var size = 0;
        foreach (var value in values)
        {
            size += value is byte[] bytes ? bytes.Length : 32;
        }
        return size;
    }
}
