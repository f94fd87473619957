using IdResolution.Core.Identifiers;
using IdResolution.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Maintenance;

/// <summary>The table of lost identifiers in a database that is being restored.</summary>
internal sealed class LostIdentifierTable : IDisposable
{
    private const string Key = "source = @source AND source_key = @sourceKey";

    private readonly SqliteConnection _restored;
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _put;
    private readonly SqliteCommand _forget;

    public LostIdentifierTable(SqliteConnection restored)
    {
        _restored = restored;
        _find = Command("SELECT 1 FROM records WHERE lookup_key = @key");
        _find.Parameters.Add("@key", SqliteType.Blob);
        _put = Command(
            "INSERT INTO lost_identifiers (source, source_key, template, identifier) "
                + "VALUES (@source, @sourceKey, @template, @identifier) ON CONFLICT (source, source_key) "
                + "DO UPDATE SET template = excluded.template, identifier = excluded.identifier",
            "@source",
            "@sourceKey",
            "@template",
            "@identifier"
        );
        _forget = Command($"DELETE FROM lost_identifiers WHERE {Key}", "@source", "@sourceKey");
    }

    /// <summary>True if the restored database has the record.</summary>
    public bool IsRestored(LookupKey key)
    {
        _find.Parameters[0].Value = key.Bytes;
        return _find.ExecuteScalar() is not null;
    }

    /// <summary>Keeps an identifier. The last one of a key counts.</summary>
    public void Put(string source, string sourceKey, string template, string identifier) =>
        Bound(_put, source, sourceKey, template, identifier).ExecuteNonQuery();

    /// <summary>Takes the identifier of a key away, if there is one.</summary>
    public void Forget(string source, string sourceKey) => Bound(_forget, source, sourceKey).ExecuteNonQuery();

    /// <summary>Takes those away that are not lost, and counts the others.</summary>
    public long CountLost()
    {
        SqliteDatabase.Execute(
            _restored,
            "DELETE FROM lost_identifiers WHERE EXISTS (SELECT 1 FROM records r WHERE "
                + "r.lookup_key = CAST(upper(lost_identifiers.identifier) AS BLOB))"
        );
        using var count = Command("SELECT COUNT(DISTINCT identifier) FROM lost_identifiers");
        return (long)count.ExecuteScalar()!;
    }

    public void Dispose()
    {
        _find.Dispose();
        _put.Dispose();
        _forget.Dispose();
    }

    private static SqliteCommand Bound(SqliteCommand command, params ReadOnlySpan<string> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }
        return command;
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _restored.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter, SqliteType.Text);
        }
        return command;
    }
}
