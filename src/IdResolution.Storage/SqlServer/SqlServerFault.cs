using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// What is logged of a driver's exception: its number. The text of the exception could contain the data to be stored,
/// or the names of login and server.
/// </summary>
internal sealed class SqlServerFault(int number, byte level, byte state)
    : Exception($"SQL Server error {number} (class {level}, state {state}): {Meaning(number)}."),
        INumberedFault
{
    /// <summary>The error number of SQL Server.</summary>
    public int Number { get; } = number;

    public static SqlServerFault Of(SqlException e) => new(e.Number, e.Class, e.State);

    /// <summary>The fault for an answer that did not come in time.</summary>
    public static SqlServerFault Timeout() => new(-2, 11, 0);

    private static string Meaning(int number) =>
        number switch
        {
            -2 => "no answer in time",
            18456 or 18452 or 18470 or 18487 or 18488 => "the login is refused",
            4060 or 911 => "the database cannot be opened by this login, or there is none of that name",
            20 => "the server does not speak TLS as the connection string demands, or ended the connection",
            1205 => "deadlock",
            2627 or 2601 => "a row of that key is there already",
            8152 or 2628 => "a value is longer than its column",
            1101 or 1105 or 9002 or 40544 => "the database is full",
            SqlServerErrors.OtherEpoch => "the database is being migrated, or was by a newer node",
            _ when SqlServerErrors.IsForbidden(number) => "the login may not do this",
            < 100 or (>= 10_000 and < 12_000) => "the server cannot be reached, or the connection was cut",
            _ => "the server refuses",
        };
}
