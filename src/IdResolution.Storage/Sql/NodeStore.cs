using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Leases;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Statistics;
using IdResolution.Core.Upstream;

namespace IdResolution.Storage.Sql;

/// <summary>
/// A node's whole store: every port of the core over one database, and what the host needs to know about it.
/// Thread-safe; disposing finishes queued writes.
/// </summary>
public sealed class NodeStore : IDisposable
{
    /// <summary>The name of the setting that identifies the key file with which the database was created.</summary>
    public const string KeyFingerprintSetting = "key-fingerprint";

    /// <summary>The most writes that may wait; more are refused.</summary>
    public const int MaxQueue = 20_000;

    private readonly LostIdentifierStore _lostIdentifiers;

    internal NodeStore(
        ISqlEngine engine,
        IRecordStore records,
        IDocumentStore documents,
        EventStore events,
        IReadOnlyList<Text> warnings,
        bool hasStepLeft
    )
    {
        Engine = engine;
        Records = records;
        Documents = documents;
        (Events, EventUpkeep) = (events, events);
        Warnings = warnings;
        HasStepLeft = hasStepLeft;
        Log = new ChangeLog(engine);
        Sequences = new SequenceStore(engine);
        Readers = new LogReaderStore(engine);
        Upstream = new UpstreamStore(engine);
        Statistics = new StatisticStore(engine);
        Quality = new QualityStore(engine);
        Stock = new StockStore(engine);
        Audit = new AuditStore(engine);
        Leases = new LeaseStore(engine);
        Settings = new SettingStore(engine);
        // The table may come only after the step. A restore migrates whole, so there is nothing in it then.
        _lostIdentifiers = new LostIdentifierStore(engine, isEmpty: hasStepLeft);
    }

    /// <summary>Finds, searches and writes records.</summary>
    public IRecordStore Records { get; }

    /// <summary>Reads the log of all changes.</summary>
    public IChangeLog Log { get; }

    /// <summary>Templates, coding rules, prefixes and keys, kept as JSON documents.</summary>
    public IDocumentStore Documents { get; }

    /// <summary>Keeps events, and the graph of items that they make.</summary>
    public IEventStore Events { get; }

    /// <summary>Heals and erases events.</summary>
    public IEventUpkeep EventUpkeep { get; }

    /// <summary>Reserves the serial numbers that coding rules use.</summary>
    public ISequenceStore Sequences { get; }

    /// <summary>The cursors of log readers, and the entries that they set aside.</summary>
    public ILogReaderStore Readers { get; }

    /// <summary>What the secondary node refused, and the records that it should have.</summary>
    public IUpstreamStore Upstream { get; }

    /// <summary>Counts by day, template, source and operation.</summary>
    public IStatisticStore Statistics { get; }

    /// <summary>What events say of quality, to be counted.</summary>
    public IQualityStore Quality { get; }

    /// <summary>What is where now.</summary>
    public IStockStore Stock { get; }

    /// <summary>Appends and reads audit events.</summary>
    public IAuditStore Audit { get; }

    /// <summary>Takes leases on work that only one node at a time may do.</summary>
    public ILeaseStore Leases { get; }

    /// <summary>Settings that the nodes of one store fix once and then share.</summary>
    public ISettingStore Settings { get; }

    /// <summary>Identifiers that a restore kept for items which are sent again.</summary>
    public ILostIdentifiers LostIdentifiers => _lostIdentifiers;

    /// <summary>The number of writes that wait for a group commit.</summary>
    public int QueueDepth => Engine.QueueDepth;

    /// <summary>True while the read replica does not answer; false without a replica.</summary>
    public bool IsReplicaAway => Engine.IsReplicaAway;

    /// <summary>True if the file of the store was moved, deleted or replaced since it was opened.</summary>
    public bool IsMoved
    {
        get
        {
            try
            {
                Engine.CheckPlace();
                return false;
            }
            catch (StoreException)
            {
                return true;
            }
        }
    }

    /// <summary>
    /// True if opening left a step in code to run beside the node. Until it is done, writes are refused.
    /// </summary>
    public bool HasStepLeft { get; }

    /// <summary>What the operator should know, although the store works; found when it was opened.</summary>
    public IReadOnlyList<Text> Warnings { get; }

    internal ISqlEngine Engine { get; }

    /// <summary>
    /// Sets the delegate that is called after each commit of this process and before the commit is acknowledged. It
    /// gets the first and last sequence number and the keys.
    /// </summary>
    public void OnCommitted(Action<long, long, IReadOnlyList<LookupKey>> committed) => Engine.Committed = committed;

    /// <summary>
    /// Sets the delegate that gives the sequence number of the furthest entry that was seen. A write to a store whose
    /// log ends before it is refused.
    /// </summary>
    public void OnKnown(Func<long> known) => Engine.Known = known;

    /// <summary>Refuses all writes with an error, or takes them again with null.</summary>
    public void Refuse(Error? error) => Engine.Refusal = error;

    /// <summary>
    /// Forgets what this process keeps of the store, such as numbers that it reserved: the store came back from a
    /// backup.
    /// </summary>
    public void Forget()
    {
        Engine.ForgetReserved();
        _lostIdentifiers.Forget();
    }

    /// <summary>Sets the delegate that gets the causes of failed writes, for logging. It must not throw.</summary>
    public void OnFailed(Action<Exception> failed) => Engine.Failed = failed;

    /// <inheritdoc/>
    public void Dispose() => Engine.Dispose();
}
