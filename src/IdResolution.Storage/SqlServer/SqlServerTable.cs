using System.Data;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;
using Microsoft.Data.SqlClient.Server;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// A table type of the database, as the migrations made it: many rows go into a statement as one parameter.
/// </summary>
internal sealed class SqlServerTable(string type, params SqlMetaData[] columns)
{
    public static readonly SqlServerTable Keys = new("key_rows", Bytes("lookup_key", 255));

    public static readonly SqlServerTable BusinessKeys = new(
        "business_key_rows",
        Bytes("source", 64),
        Bytes("source_key", 255)
    );

    public static readonly SqlServerTable Values = new(
        "value_rows",
        Text("template", 64),
        Number("attribute"),
        Bytes("value", 600),
        Number("object")
    );

    public static readonly SqlServerTable Records = new(
        "record_rows",
        Number("object"),
        Bytes("lookup_key", 255),
        Number("version"),
        Number("status"),
        Text("template", 64),
        Bytes("source", 64),
        Bytes("source_key", 255),
        Bytes("digest", 32),
        Number("created_at"),
        Number("updated_at")
    );

    public static readonly SqlServerTable Documents = new(
        "document_rows",
        Number("kind"),
        Text("code", 400),
        Number("object"),
        Number("version"),
        Text("json", SqlMetaData.Max)
    );

    public static readonly SqlServerTable Entries = new(
        "entry_rows",
        Number("position"),
        Number("object"),
        Number("version"),
        Bytes("body", SqlMetaData.Max),
        Bytes("leaf", 32),
        Bytes("state", SqlMetaData.Max)
    );

    public static readonly SqlServerTable States = new(
        "state_rows",
        Number("sequence"),
        Bytes("state", SqlMetaData.Max)
    );

    public static readonly SqlServerTable Statistics = new(
        "statistic_rows",
        Text("day", 10),
        Text("template", 64),
        Bytes("source", 64),
        Text("operation", 20),
        Number("count")
    );

    public static readonly SqlServerTable Audit = new(
        "audit_rows",
        Number("position"),
        Number("time"),
        Text("caller", 400),
        Text("action", 200),
        Text("target", SqlMetaData.Max),
        Text("outcome", 100),
        Number("count")
    );

    /// <summary>
    /// A parameter with rows: without any it may not be sent, since compatible servers refuse it (8009).
    /// </summary>
    public SqlParameter Parameter(string name, IReadOnlyList<object?[]> rows)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count, nameof(rows));
        Check(rows);
        return new SqlParameter(name, SqlDbType.Structured) { TypeName = type, Value = Stream(rows) };
    }

    private static SqlMetaData Number(string name) => new(name, SqlDbType.BigInt);

    private static SqlMetaData Bytes(string name, long length) => new(name, SqlDbType.VarBinary, length);

    private static SqlMetaData Text(string name, long length) => new(name, SqlDbType.NVarChar, length);

    /// <summary>The driver would cut what is too long.</summary>
    private void Check(IReadOnlyList<object?[]> rows)
    {
        foreach (var row in rows)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                var length = row[i] switch
                {
                    byte[] bytes => bytes.Length,
                    string text => text.Length,
                    _ => 0,
                };
                if (
                    columns[i].MaxLength != SqlMetaData.Max
                    && length > columns[i].MaxLength
                    && columns[i].SqlDbType != SqlDbType.BigInt
                )
                {
                    throw new ValueTooLongException(
                        $"A value of {type}.{columns[i].Name} is longer than {columns[i].MaxLength}."
                    );
                }
            }
        }
    }

    private IEnumerable<SqlDataRecord> Stream(IReadOnlyList<object?[]> rows)
    {
        var record = new SqlDataRecord(columns);
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                record.SetValue(i, row[i] ?? DBNull.Value);
            }
            yield return record;
        }
    }
}
