using System.Data;
using Microsoft.Data.SqlClient;
using Microsoft.Data.SqlClient.Server;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// A table type of the database, as the migrations made it: many rows go into a statement as one parameter. Each column
/// says where in a row its value is.
/// </summary>
/// <param name="type">The type's name.</param>
internal sealed class SqlServerTable<TRow>(string type)
{
    private readonly List<Column> _columns = [];
    private SqlMetaData[]? _metaData;

    /// <summary>Adds a column of whole numbers.</summary>
    public SqlServerTable<TRow> Number(string name, Func<TRow, long> value) =>
        Add(new SqlMetaData(name, SqlDbType.BigInt), _ => 0, (record, i, row) => record.SetInt64(i, value(row)));

    /// <summary>Adds a column of bytes.</summary>
    public SqlServerTable<TRow> Bytes(string name, long length, Func<TRow, byte[]?> value) =>
        Add(
            new SqlMetaData(name, SqlDbType.VarBinary, length),
            row => value(row)?.Length ?? 0,
            (record, i, row) => record.SetValue(i, value(row) ?? (object)DBNull.Value)
        );

    /// <summary>Adds a column of text, with its length in UTF-16 units.</summary>
    public SqlServerTable<TRow> Text(string name, long length, Func<TRow, string?> value) =>
        Add(
            new SqlMetaData(name, SqlDbType.NVarChar, length),
            row => value(row)?.Length ?? 0,
            (record, i, row) => record.SetValue(i, value(row) ?? (object)DBNull.Value)
        );

    /// <summary>
    /// A parameter with rows: without any it may not be sent, since compatible servers refuse it (8009).
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

    /// <summary>The driver would cut what is too long.</summary>
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
