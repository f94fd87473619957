using System.Data;
using Dapper;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>A parameter for Dapper whose value needs no conversion.</summary>
internal sealed class PlainParameter(object value) : SqlMapper.ICustomQueryParameter
{
    public void AddParameter(IDbCommand command, string name) =>
        command.Parameters.Add(new SqliteParameter(name, value));
}
