using System.Data;
using Dapper;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Bytes for Dapper, of one declared length: the driver would declare each value's own, and the server would keep a
/// plan for each.
/// </summary>
internal sealed class BytesParameter(byte[] bytes) : SqlMapper.ICustomQueryParameter
{
    private const int Length = 8_000;

    public void AddParameter(IDbCommand command, string name) =>
        command.Parameters.Add(new SqlParameter(name, SqlDbType.VarBinary, Length) { Value = bytes });
}
