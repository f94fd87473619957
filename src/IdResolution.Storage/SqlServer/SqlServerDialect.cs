using System.Text;
using Dapper;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// SQL Server keeps texts that callers choose as UTF-8: comparing nvarchar ignores trailing blanks in every collation.
/// </summary>
internal sealed class SqlServerDialect : ISqlDialect
{
    public static SqlServerDialect Instance { get; } = new();

    public string Limit => SqlServerStatements.Limit;

    public SqlMapper.ICustomQueryParameter Text(string text) => new BytesParameter(Encoding.UTF8.GetBytes(text));

    public SqlMapper.ICustomQueryParameter Bytes(byte[] bytes) => new BytesParameter(bytes);
}
