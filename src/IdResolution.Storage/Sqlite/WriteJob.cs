using System.Diagnostics;
using IdResolution.Core.Errors;

namespace IdResolution.Storage.Sqlite;

/// <summary>One unit of work inside a group commit. It may run more than once: only what is committed counts.</summary>
internal abstract class WriteJob
{
    /// <summary>The span of the request that wants it, where that is traced.</summary>
    public Activity? Origin { get; set; }

    /// <summary>Does the work inside the open transaction.</summary>
    public abstract void Run(WriteSession session);

    /// <summary>The transaction is on disk.</summary>
    public abstract void Complete();

    /// <summary>Nothing of the job is stored.</summary>
    public abstract void Fail(Exception cause);

    /// <summary>What a caller is told of a failure.</summary>
    protected static StoreException Translate(Exception cause) =>
        cause switch
        {
            StoreException known => known,
            Microsoft.Data.Sqlite.SqliteException e => SqliteDatabase.Translate(e),
            _ => StoreException.Unavailable(cause),
        };
}
