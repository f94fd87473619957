using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// The rows of a query, one at a time. A damaged database may lack anything, so a missing value reads as 0, no bytes or
/// an empty text. Columns count from 0.
/// </summary>
internal sealed class ExaminedRows : IDisposable
{
    private readonly DbCommand _command;
    private readonly CancellationTokenRegistration _cancelling;
    private readonly DbDataReader _reader;

    public ExaminedRows(
        DbConnection connection,
        string sql,
        CancellationToken cancellationToken,
        params ReadOnlySpan<(string Name, object Value)> parameters
    )
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        // Without a time limit, since a scan may take long.
        _command.CommandTimeout = 0;
        foreach (var (name, value) in parameters)
        {
            var parameter = _command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            _command.Parameters.Add(parameter);
        }
        _cancelling = cancellationToken.Register(_command.Cancel);
        try
        {
            _reader = _command.ExecuteReader();
        }
        catch
        {
            _cancelling.Dispose();
            _command.Dispose();
            throw;
        }
    }

    /// <summary>Moves to the next row; false after the last.</summary>
    public bool Step() => _reader.Read();

    /// <summary>Takes the current row out.</summary>
    public ExaminedRow Take()
    {
        var values = new object[_reader.FieldCount];
        if (_reader is SqliteDataReader { Handle: { } row })
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = Value(row, i);
            }
        }
        else
        {
            _reader.GetValues(values);
        }
        return new ExaminedRow(values);
    }

    // The provider asks for the type of each column several times, which is much for millions of rows.
    private static object Value(sqlite3_stmt row, int column) =>
        raw.sqlite3_column_type(row, column) switch
        {
            raw.SQLITE_INTEGER => raw.sqlite3_column_int64(row, column),
            raw.SQLITE_FLOAT => raw.sqlite3_column_double(row, column),
            // A text as its bytes, so that a zero in it does not end it.
            raw.SQLITE_BLOB or raw.SQLITE_TEXT => raw.sqlite3_column_blob(row, column).ToArray(),
            _ => DBNull.Value,
        };

    public bool IsNull(int column) => _reader.IsDBNull(column);

    public long Int64(int column) =>
        _reader.IsDBNull(column)
            ? 0
            : Convert.ToInt64(_reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);

    public byte[] Bytes(int column) => _reader.IsDBNull(column) ? [] : _reader.GetFieldValue<byte[]>(column);

    /// <summary>Reads a text. SQL Server keeps texts that callers choose as UTF-8 bytes.</summary>
    public string Text(int column) =>
        _reader.GetValue(column) switch
        {
            string text => text,
            byte[] utf8 => Encoding.UTF8.GetString(utf8),
            _ => "",
        };

    public void Dispose()
    {
        _cancelling.Dispose();
        _reader.Dispose();
        _command.Dispose();
    }
}
