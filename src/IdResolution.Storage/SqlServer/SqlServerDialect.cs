using System.Text;
using Dapper;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Keeps texts that callers choose as UTF-8 bytes: comparing nvarchar ignores trailing blanks in any collation.
/// </summary>
internal sealed class SqlServerDialect : ISqlDialect
{
    public static SqlServerDialect Instance { get; } = new();

    public string Limit => SqlServerStatements.Limit;

    public SqlMapper.ICustomQueryParameter Text(string text) => new BytesParameter(Encoding.UTF8.GetBytes(text));

    public SqlMapper.ICustomQueryParameter Bytes(byte[] bytes) => new BytesParameter(bytes);

    public SqlMapper.ICustomQueryParameter LargeBytes(byte[] bytes) => new BytesParameter(bytes, BytesParameter.Max);

    public string Length => "DATALENGTH";
}
