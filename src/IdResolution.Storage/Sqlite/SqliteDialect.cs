using Dapper;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Sqlite;

/// <summary>The SQLite dialect; parameters need no conversion.</summary>
internal sealed class SqliteDialect : ISqlDialect
{
    public static SqliteDialect Instance { get; } = new();

    public string Limit => " LIMIT @limit";

    public SqlMapper.ICustomQueryParameter Text(string text) => new PlainParameter(text);

    public SqlMapper.ICustomQueryParameter Bytes(byte[] bytes) => new PlainParameter(bytes);

    public SqlMapper.ICustomQueryParameter LargeBytes(byte[] bytes) => new PlainParameter(bytes);

    public string Length => "LENGTH";
}
