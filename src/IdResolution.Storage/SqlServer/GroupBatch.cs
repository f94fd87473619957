using System.Data;
using System.Text;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>A batch of SQL, built statement by statement. Statements about rows are left out without rows.</summary>
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

    /// <summary>Adds a statement with rows as a parameter. False, and nothing added, if there are no rows.</summary>
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

    /// <summary>The command with everything that was added.</summary>
    public SqlCommand Done()
    {
        _command.CommandText = _sql.ToString();
        return _command;
    }

    public ValueTask DisposeAsync() => _command.DisposeAsync();
}
