using System.Diagnostics;
using IdResolution.Core.Errors;

namespace IdResolution.Storage.Sqlite;

/// <summary>One job inside a group commit. It may run more than once, but only one run is committed.</summary>
internal abstract class WriteJob
{
    /// <summary>The span of the request that wants the job; null if that is not traced.</summary>
    public Activity? Origin { get; set; }

    /// <summary>Does the work inside the open transaction.</summary>
    public abstract void Run(WriteSession session);

    /// <summary>Called once the transaction is on disk.</summary>
    public abstract void Complete();

    /// <summary>Called if nothing of the job was stored.</summary>
    public abstract void Fail(Exception cause);

    /// <summary>The exception that the caller gets for a failure.</summary>
    protected static StoreException Translate(Exception cause) =>
        cause switch
        {
            StoreException known => known,
            Microsoft.Data.Sqlite.SqliteException e => SqliteDatabase.Translate(e),
            _ => StoreException.Unavailable(cause),
        };
}
