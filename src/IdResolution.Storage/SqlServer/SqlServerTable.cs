using System.Data;
using Microsoft.Data.SqlClient;
using Microsoft.Data.SqlClient.Server;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// A table type of the database, as the migrations made it. It sends many rows as one parameter. Each column knows how
/// to get its value from a row.
/// </summary>
/// <param name="type">The name of the table type.</param>
internal sealed class SqlServerTable<TRow>(string type)
{
    private readonly List<Column> _columns = [];
    private SqlMetaData[]? _metaData;

    /// <summary>Adds a column of 64-bit integers.</summary>
    public SqlServerTable<TRow> Number(string name, Func<TRow, long> value) =>
        Add(new SqlMetaData(name, SqlDbType.BigInt), _ => 0, (record, i, row) => record.SetInt64(i, value(row)));

    /// <summary>Adds a column of bytes, with its maximum length.</summary>
    public SqlServerTable<TRow> Bytes(string name, long length, Func<TRow, byte[]?> value) =>
        Add(
            new SqlMetaData(name, SqlDbType.VarBinary, length),
            row => value(row)?.Length ?? 0,
            (record, i, row) => record.SetValue(i, value(row) ?? (object)DBNull.Value)
        );

    /// <summary>Adds a column of text, with its maximum length in UTF-16 units.</summary>
    public SqlServerTable<TRow> Text(string name, long length, Func<TRow, string?> value) =>
        Add(
            new SqlMetaData(name, SqlDbType.NVarChar, length),
            row => value(row)?.Length ?? 0,
            (record, i, row) => record.SetValue(i, value(row) ?? (object)DBNull.Value)
        );

    /// <summary>
    /// A parameter with the rows. There must be rows, since compatible servers refuse an empty parameter (8009).
    /// </summary>
    public SqlParameter Parameter(string name, IReadOnlyList<TRow> rows)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count, nameof(rows));
        Check(rows);
        return new SqlParameter(name, SqlDbType.Structured) { TypeName = type, Value = Stream(rows) };
    }

    private SqlServerTable<TRow> Add(SqlMetaData metaData, Func<TRow, int> length, Action<SqlDataRecord, int, TRow> set)
    {
        _columns.Add(new Column(metaData, length, set));
        return this;
    }

    /// <summary>Throws if a value is too long; the driver would truncate it.</summary>
    private void Check(IReadOnlyList<TRow> rows)
    {
        foreach (var column in _columns)
        {
            if (column.MetaData.MaxLength == SqlMetaData.Max)
            {
                continue;
            }
            foreach (var row in rows)
            {
                if (column.Length(row) > column.MetaData.MaxLength)
                {
                    throw new Sql.ValueTooLongException(
                        $"A value of {type}.{column.MetaData.Name} is longer than {column.MetaData.MaxLength}."
                    );
                }
            }
        }
    }

    private IEnumerable<SqlDataRecord> Stream(IReadOnlyList<TRow> rows)
    {
        var record = new SqlDataRecord(_metaData ??= [.. _columns.Select(c => c.MetaData)]);
        foreach (var row in rows)
        {
            for (var i = 0; i < _columns.Count; i++)
            {
                _columns[i].Set(record, i, row);
            }
            yield return record;
        }
    }

    private sealed record Column(SqlMetaData MetaData, Func<TRow, int> Length, Action<SqlDataRecord, int, TRow> Set);
}
