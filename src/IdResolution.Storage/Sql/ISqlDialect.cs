using Dapper;

namespace IdResolution.Storage.Sql;

/// <summary>The parts in which the engines differ when they run the same SQL. Thread-safe.</summary>
internal interface ISqlDialect
{
    /// <summary>The end of a statement that returns at most <c>@limit</c> rows.</summary>
    string Limit { get; }

    /// <summary>A parameter for a column of texts that callers choose.</summary>
    SqlMapper.ICustomQueryParameter Text(string text);

    /// <summary>A parameter for a column of at most 8,000 bytes.</summary>
    SqlMapper.ICustomQueryParameter Bytes(byte[] bytes);

    /// <summary>A parameter for a column of bytes without limit.</summary>
    SqlMapper.ICustomQueryParameter LargeBytes(byte[] bytes);

    /// <summary>The SQL function that gives the length of bytes.</summary>
    string Length { get; }
}
