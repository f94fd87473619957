using System.Diagnostics;
using IdResolution.Core.Errors;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>One unit of work inside a group. It may be decided more than once: only what is committed counts.</summary>
internal abstract class SqlServerJob
{
    /// <summary>The span of the request that wants it, where that is traced.</summary>
    public Activity? Origin { get; set; }

    /// <summary>Roughly how much it sends.</summary>
    public abstract int Bytes { get; }

    /// <summary>How many objects it may make.</summary>
    public abstract int NewObjects { get; }

    /// <summary>What it looks at or changes.</summary>
    public abstract IEnumerable<RowKey> Keys { get; }

    /// <summary>Asks for what stands against it.</summary>
    public abstract void LookUp(GroupLookups lookups);

    /// <summary>Settles what comes of it, given what stands, and adds its rows.</summary>
    public abstract void Decide(GroupLookups found, GroupPlan plan);

    /// <summary>The group is committed.</summary>
    /// <param name="head">The log's head before its entries.</param>
    public abstract void Complete(long head);

    /// <summary>Nothing of the job is stored.</summary>
    public abstract void Fail(Exception cause);

    /// <summary>What a caller is told of a failure.</summary>
    protected static StoreException Translate(Exception cause) =>
        cause switch
        {
            StoreException known => known,
            SqlException e => SqlServerErrors.Translate(e),
            _ => StoreException.Unavailable(cause),
        };
}
