using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Tests.Migrations;

/// <summary>
/// An empty database of the kind under test. Nodes of a later version have a step in code and a script after it; those
/// of the earlier version have neither.
/// </summary>
public interface IStepDatabase : IDisposable
{
    /// <summary>Opens it as a node of the earlier version does.</summary>
    Task<NodeStore> OpenEarlierAsync();

    /// <summary>Opens it as a node of the later version does, which migrates it.</summary>
    Task<NodeStore> OpenLaterAsync(StepProbe step, IProgress<MigrationProgress>? progress = null);

    /// <summary>The same as a node that serves does: the step is left.</summary>
    Task<NodeStore> OpenLaterLeavingAsync(StepProbe step);

    /// <summary>True where the room on the disk can be looked at.</summary>
    bool KnowsRoom { get; }

    /// <summary>The one number of a query.</summary>
    long Number(string sql);
}
