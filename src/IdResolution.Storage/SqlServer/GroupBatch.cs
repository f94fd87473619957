using System.Data;
using System.Text;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>One batch of a group, put together statement by statement. A statement without rows is left out.</summary>
internal sealed class GroupBatch : IAsyncDisposable
{
    private readonly StringBuilder _sql = new();
    private readonly SqlCommand _command;

    public GroupBatch(SqlConnection connection, int seconds)
    {
        _command = connection.CreateCommand();
        _command.CommandTimeout = seconds;
    }

    public GroupBatch Say(string statement)
    {
        _sql.Append(statement);
        return this;
    }

    public GroupBatch SayIf(bool condition, string statement) => condition ? Say(statement) : this;

    /// <summary>Says a statement about rows; false where there are none.</summary>
    public bool Say<TRow>(string statement, string parameter, SqlServerTable<TRow> table, List<TRow> rows)
    {
        if (rows.Count == 0)
        {
            return false;
        }
        Say(statement);
        _command.Parameters.Add(table.Parameter(parameter, rows));
        return true;
    }

    public GroupBatch With(string parameter, long number)
    {
        _command.Parameters.Add(parameter, SqlDbType.BigInt).Value = number;
        return this;
    }

    /// <summary>The command with all that was said.</summary>
    public SqlCommand Done()
    {
        _command.CommandText = _sql.ToString();
        return _command;
    }

    public ValueTask DisposeAsync() => _command.DisposeAsync();
}
