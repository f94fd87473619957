using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Documents;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Leases;
using IdResolution.Core.Records;
using IdResolution.Core.Statistics;

namespace IdResolution.Storage.Sql;

/// <summary>
/// A node's whole store: every port of the core over one database, and what hosts it needs. Thread-safe; disposing
/// finishes what is queued.
/// </summary>
public sealed class NodeStore : IDisposable
{
    /// <summary>The setting that tells which key file the database was made with.</summary>
    public const string KeyFingerprintSetting = "key-fingerprint";

    /// <summary>Writes that may wait before more are refused.</summary>
    public const int MaxQueue = 20_000;

    internal NodeStore(
        ISqlEngine engine,
        IRecordStore records,
        IDocumentStore documents,
        IReadOnlyList<string> warnings
    )
    {
        Engine = engine;
        Records = records;
        Documents = documents;
        Warnings = warnings;
        Log = new ChangeLog(engine);
        Sequences = new SequenceStore(engine);
        Readers = new LogReaderStore(engine);
        Statistics = new StatisticStore(engine);
        Audit = new AuditStore(engine);
        Leases = new LeaseStore(engine);
        Settings = new SettingStore(engine);
    }

    /// <summary>Records.</summary>
    public IRecordStore Records { get; }

    /// <summary>The log.</summary>
    public IChangeLog Log { get; }

    /// <summary>Templates, rules, prefixes, keys.</summary>
    public IDocumentStore Documents { get; }

    /// <summary>Numbers that coding rules give away.</summary>
    public ISequenceStore Sequences { get; }

    /// <summary>Cursors of log readers.</summary>
    public ILogReaderStore Readers { get; }

    /// <summary>Counts.</summary>
    public IStatisticStore Statistics { get; }

    /// <summary>The audit.</summary>
    public IAuditStore Audit { get; }

    /// <summary>Leases.</summary>
    public ILeaseStore Leases { get; }

    /// <summary>What nodes of one store settle once.</summary>
    public ISettingStore Settings { get; }

    /// <summary>Writes waiting for their group.</summary>
    public int QueueDepth => Engine.QueueDepth;

    /// <summary>True while the read replica, where there is one, does not answer.</summary>
    public bool IsReplicaAway => Engine.IsReplicaAway;

    /// <summary>
    /// True where opening left a migration in code, to be run beside the node: until it is done writes are refused.
    /// </summary>
    public bool HasStepLeft { get; internal init; }

    /// <summary>What opening found that works, and that the operator should know.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The database.</summary>
    internal ISqlEngine Engine { get; }

    /// <summary>
    /// Has every commit of this process handed over before it is acknowledged: first and last sequence number, and
    /// keys.
    /// </summary>
    public void OnCommitted(Action<long, long, IReadOnlyList<LookupKey>> committed) => Engine.Committed = committed;

    /// <summary>Has the causes of failed writes handed over, for the log. Must not throw.</summary>
    public void OnFailed(Action<Exception> failed) => Engine.Failed = failed;

    /// <inheritdoc/>
    public void Dispose() => Engine.Dispose();
}
