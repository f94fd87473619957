using System.Data.Common;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>A database under examination: what differs between the engines. Used by one thread.</summary>
internal abstract class ExaminedStore : IDisposable
{
    /// <summary>What the first check is called, such as <c>file</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>
    /// True where all checks see one state. Where not, nodes that write meanwhile may look like damage.
    /// </summary>
    public abstract bool IsSnapshot { get; }

    /// <summary>What rows are read from.</summary>
    public abstract DbConnection Connection { get; }

    /// <summary>What is asked for details while rows are read.</summary>
    public abstract DbConnection Aside { get; }

    /// <summary>Begins to read; gives what it is, in words.</summary>
    public abstract string Begin();

    /// <summary>Examines what lies below the tables.</summary>
    public abstract void CheckIntegrity(CheckFaults faults);

    /// <summary>True where the schema is this node's; and its version, 0 where there is none.</summary>
    /// <exception cref="Sql.DatabaseUnusableException">It is newer than this node, or not of its making.</exception>
    public abstract bool IsMigrated(out int version);

    /// <summary>Ends a statement under way, from another thread.</summary>
    public abstract void Interrupt();

    /// <inheritdoc/>
    public abstract void Dispose();
}
