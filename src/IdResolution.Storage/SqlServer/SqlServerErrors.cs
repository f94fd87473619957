using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>What the error numbers of SQL Server mean for a node.</summary>
internal static class SqlServerErrors
{
    /// <summary>Thrown by our batches if rows have changed since they were looked up.</summary>
    public const int RowsChanged = 50_001;

    /// <summary>Thrown by our batches if the lock of the log could not be taken in time.</summary>
    public const int LogLocked = 50_002;

    /// <summary>Thrown by our batches if the store has another epoch than this node.</summary>
    public const int OtherEpoch = 50_003;

    /// <summary>Thrown by our batches if the log ends before an entry that was seen.</summary>
    public const int StoreRestored = 50_004;

    private const int TimedOut = -2;

    /// <summary>Another transaction interfered, and this one was rolled back. A repeat may well succeed.</summary>
    public static bool IsConflict(int number) =>
        number
            is 1205 // deadlock victim
                or 1222 // lock timeout
                or 3960
                or 3961 // snapshot conflict
                or 41302
                or 41305
                or 41325 // optimistic conflict
                or 40001 // serialization failure, of servers that pass the SQL state on
                or LogLocked;

    /// <summary>A row with this key existed already, or a row has changed since it was looked up.</summary>
    public static bool IsCollision(int number) => number is 2627 or 2601 or RowsChanged;

    /// <summary>The store is being migrated, or was migrated by a newer node.</summary>
    public static bool IsMigrating(int number) => number is OtherEpoch;

    /// <summary>True if each write would be refused in the same way.</summary>
    public static bool IsRefusal(int number) => number is OtherEpoch or StoreRestored;

    public static bool IsFull(int number) => number is 1101 or 1105 or 9002 or 40544;

    /// <summary>The login does not have the right to do this.</summary>
    public static bool IsForbidden(int number) =>
        number is 229 or 230 or 262 or 300 or 1088 or 2760 or 3701 or 4616 or 15247 or 10737 or 2557 or 42501;

    /// <summary>The server answers that the database is starting, moving, failing over or too busy.</summary>
    public static bool IsMoving(int number) =>
        number
            is 926
                or 942
                or 976
                or 978
                or 983
                or 4060
                or 4221
                or 6005
                or 17142
                or 17197
                or 18401
                or 10928
                or 10929
                or 10936
                or 40143
                or 40197
                or 40501
                or 40540
                or 40613
                or 49918
                or 49919
                or 49920;

    /// <summary>The connection is gone, or its session can no longer be used. A new connection may work.</summary>
    public static bool IsOfTheConnection(SqlException e) =>
        e.Class >= 20
        || IsMoving(e.Number)
        || e.Number
            is -1
                or TimedOut
                or 0
                or 2
                or 20
                or 53
                or 64
                or 121
                or 233
                or 258
                or 10053
                or 10054
                or 10060
                or 10061
                or 11001
                or 17830
                or 596
                or 3980;

    /// <summary>No answer came in time.</summary>
    public static bool IsTimeout(SqlException e) => e.Number == TimedOut;

    /// <summary>Turns a driver's exception into the one that callers of the store expect.</summary>
    public static StoreException Translate(SqlException e)
    {
        if (IsMigrating(e.Number))
        {
            return WriteQueueErrors.Migrating();
        }
        if (e.Number == StoreRestored)
        {
            return new StoreException(LogErrors.StoreRestored(), null);
        }
        return IsFull(e.Number)
            ? StoreException.Full(SqlServerFault.Of(e))
            : StoreException.Unavailable(SqlServerFault.Of(e));
    }
}
