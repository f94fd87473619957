using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Documents;
using IdResolution.Core.Leases;
using IdResolution.Core.Records;
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

    /// <summary>Where it is, for a copy.</summary>
    CopyAddress Address { get; }
}

/// <summary>Every port, on one opened store.</summary>
public sealed class Ports(INodeStore store)
{
    public INodeStore Store => store;

    public IRecordStore Records => store;

    public IChangeLog Log => store;

    public IDocumentStore Documents => store;

    public ISequenceStore Sequences => store;

    public ILogReaderStore Readers => store;

    public IStatisticStore Statistics => store;

    public IAuditStore Audit => store;

    public ILeaseStore Leases => store;
}
