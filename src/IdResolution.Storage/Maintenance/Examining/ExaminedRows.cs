using System.Data.Common;
using System.Text;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// The rows of a statement, one at a time. What is missing reads as nothing, since a damaged database may miss
/// anything: 0, no bytes, an empty text. Columns count from 0.
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
        // A scan takes the time it takes.
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

    /// <summary>Goes to the next row; false after the last.</summary>
    public bool Step() => _reader.Read();

    public bool IsNull(int column) => _reader.IsDBNull(column);

    public long Int64(int column) =>
        _reader.IsDBNull(column)
            ? 0
            : Convert.ToInt64(_reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);

    public byte[] Bytes(int column) => _reader.IsDBNull(column) ? [] : _reader.GetFieldValue<byte[]>(column);

    /// <summary>A text; SQL Server keeps those that callers choose as UTF-8 bytes.</summary>
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
