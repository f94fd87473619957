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
public interface INodeStore
    : IRecordStore,
        IChangeLog,
        IDocumentStore,
        ISequenceStore,
        ILogReaderStore,
        IStatisticStore,
        IAuditStore,
        ILeaseStore,
        ISettingStore,
        IDisposable
{
    /// <summary>The setting that tells which key file the database was made with.</summary>
    const string KeyFingerprintSetting = "key-fingerprint";

    /// <summary>Writes waiting for their group.</summary>
    int QueueDepth { get; }

    /// <summary>Writes that may wait before more are refused.</summary>
    const int MaxQueue = 20_000;

    /// <summary>True while the read replica, where there is one, does not answer.</summary>
    bool IsReplicaAway => false;

    /// <summary>
    /// True where opening left a migration in code, to be run beside the node: until it is done writes are refused.
    /// </summary>
    bool HasStepLeft => false;

    /// <summary>What opening found that works, and that the operator should know.</summary>
    IReadOnlyList<string> Warnings { get; }

    /// <summary>
    /// Has every commit of this process handed over before it is acknowledged: first and last sequence number, and
    /// keys.
    /// </summary>
    void OnCommitted(Action<long, long, IReadOnlyList<LookupKey>> committed);

    /// <summary>Has the causes of failed writes handed over, for the log. Must not throw.</summary>
    void OnFailed(Action<Exception> failed);
}
