using System.Data;
using Dapper;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Bytes as a parameter for Dapper, with one declared length. The driver would declare the length of each value, and
/// the server would keep a plan for each length.
/// </summary>
internal sealed class BytesParameter(byte[] bytes) : SqlMapper.ICustomQueryParameter
{
    private const int Length = 8_000;

    public void AddParameter(IDbCommand command, string name) =>
        command.Parameters.Add(new SqlParameter(name, SqlDbType.VarBinary, Length) { Value = bytes });
}
