using System.Data.Common;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Documents;
using IdResolution.Core.Events;
using IdResolution.Core.Leases;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Statistics;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>
/// A database of the kind under test, one for each fixture; disposing closes what was opened and drops it.
/// </summary>
public interface IContractDatabase : IDisposable
{
    /// <summary>Closes what was opened, and takes out what tests have put in.</summary>
    void Empty();

    /// <summary>Opens the database once more, as another node would.</summary>
    Ports Open();

    /// <summary>Where it is, for who opens it otherwise.</summary>
    StoreSettings Settings { get; }

    /// <summary>Runs SQL past the store.</summary>
    void Execute(string sql);

    /// <summary>Opens a connection past the store.</summary>
    DbConnection Connect();

    /// <summary>Where it is, for a copy.</summary>
    CopyAddress Address { get; }
}

/// <summary>Every port, on one opened store.</summary>
public sealed class Ports(NodeStore store)
{
    public NodeStore Store => store;

    public IRecordStore Records => store.Records;

    public IChangeLog Log => store.Log;

    public IDocumentStore Documents => store.Documents;

    public IQualityStore Quality => store.Quality;

    public IEventStore Events => store.Events;

    public IEventUpkeep Upkeep => store.EventUpkeep;

    public ISequenceStore Sequences => store.Sequences;

    public ILogReaderStore Readers => store.Readers;

    public IStatisticStore Statistics => store.Statistics;

    public IStockStore Stock => store.Stock;

    public IAuditStore Audit => store.Audit;

    public ILeaseStore Leases => store.Leases;

    public ILostIdentifiers LostIdentifiers => store.LostIdentifiers;
}
