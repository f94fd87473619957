using System.Diagnostics;
using IdResolution.Core.Errors;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>One job inside a group. It may be decided more than once, but only one decision is committed.</summary>
internal abstract class SqlServerJob
{
    /// <summary>The span of the request that wants the job; null if that is not traced.</summary>
    public Activity? Origin { get; set; }

    /// <summary>The approximate number of bytes that the job sends.</summary>
    public abstract int Bytes { get; }

    /// <summary>The most object numbers that the job may need.</summary>
    public abstract int NewObjects { get; }

    /// <summary>Everything that the job reads or changes.</summary>
    public abstract IEnumerable<RowKey> Keys { get; }

    /// <summary>Adds the lookups that the job needs.</summary>
    public abstract void LookUp(GroupLookups lookups);

    /// <summary>Decides the result from what was found, and adds the job's rows to the plan.</summary>
    public abstract void Decide(GroupLookups found, GroupPlan plan);

    /// <summary>Called once the group is committed.</summary>
    /// <param name="head">The log's head before the first entry of the group.</param>
    public abstract void Complete(long head);

    /// <summary>Called if nothing of the job was stored.</summary>
    public abstract void Fail(Exception cause);

    /// <summary>The exception that the caller gets for a failure.</summary>
    protected static StoreException Translate(Exception cause) =>
        cause switch
        {
            StoreException known => known,
            SqlException e => SqlServerErrors.Translate(e),
            _ => StoreException.Unavailable(cause),
        };
}
