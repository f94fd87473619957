using System.Data;
using Dapper;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Bytes as a parameter for Dapper, with one declared length. The driver would declare the length of each value, and
/// the server would keep a plan for each length.
/// </summary>
internal sealed class BytesParameter(byte[] bytes, int length = BytesParameter.Key) : SqlMapper.ICustomQueryParameter
{
    /// <summary>The declared length for <c>varbinary(max)</c>.</summary>
    public const int Max = -1;

    private const int Key = 8_000;

    public void AddParameter(IDbCommand command, string name) =>
        command.Parameters.Add(new SqlParameter(name, SqlDbType.VarBinary, length) { Value = bytes });
}
