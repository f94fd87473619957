using Dapper;

namespace IdResolution.Storage.Sql;

/// <summary>How an engine is told what both are told in one SQL. Thread-safe.</summary>
internal interface ISqlDialect
{
    /// <summary>Ends a statement that is to give no more than <c>@limit</c> rows.</summary>
    string Limit { get; }

    /// <summary>A text that callers choose, as a parameter for a column that holds such texts.</summary>
    SqlMapper.ICustomQueryParameter Text(string text);

    /// <summary>Bytes as a parameter.</summary>
    SqlMapper.ICustomQueryParameter Bytes(byte[] bytes);
}
