using System.Data.Common;
using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>A database under examination; hides how the engines differ. Used by one thread.</summary>
internal abstract class ExaminedStore : IDisposable
{
    /// <summary>The name of the first check, such as <c>file</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>True if all checks see one state. If false, writes by nodes meanwhile may look like damage.</summary>
    public abstract bool IsSnapshot { get; }

    /// <summary>The connection for reading rows.</summary>
    public abstract DbConnection Connection { get; }

    /// <summary>The connection for queries while rows are being read.</summary>
    public abstract DbConnection Aside { get; }

    /// <summary>The epoch of a database that is wholly migrated to this node's schema.</summary>
    public abstract long Epoch { get; }

    /// <summary>Begins to read. Returns a description of the database.</summary>
    public abstract Text Begin();

    /// <summary>
    /// Checks the parts below the tables, such as pages and indexes. Runs beside the other checks, on a connection of
    /// its own.
    /// </summary>
    public abstract void CheckIntegrity(CheckFaults faults);

    /// <summary>True if the schema is this node's. The version is 0 without a schema.</summary>
    /// <exception cref="Sql.DatabaseUnusableException">It is newer than this node, or not of this product.</exception>
    public abstract bool IsMigrated(out int version);

    /// <summary>Ends a running statement; called from another thread.</summary>
    public abstract void Interrupt();

    /// <inheritdoc/>
    public abstract void Dispose();
}
