using System.Data;
using Dapper;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>A value for Dapper as it is.</summary>
internal sealed class PlainParameter(object value) : SqlMapper.ICustomQueryParameter
{
    public void AddParameter(IDbCommand command, string name) =>
        command.Parameters.Add(new SqliteParameter(name, value));
}
