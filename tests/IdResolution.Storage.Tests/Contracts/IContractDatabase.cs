using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Documents;
using IdResolution.Core.Records;
using IdResolution.Core.Statistics;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>An empty database of the kind under test; disposing closes what was opened and drops it.</summary>
public interface IContractDatabase : IDisposable
{
    /// <summary>Opens the database once more, as another node would.</summary>
    Ports Open();
}

/// <summary>Every port, on one opened store.</summary>
public sealed record Ports(
    IRecordStore Records, IChangeLog Log, IDocumentStore Documents, ISequenceStore Sequences, IStatisticStore Statistics, IAuditStore Audit);
