using IdResolution.Core.Records;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>Records that were examined by themselves: their faults, and the rows that they require.</summary>
internal sealed class ExaminedRecords(Dictionary<SideTable, IndexSums> sides)
{
    public long Active { get; private set; }

    public long Revoked { get; private set; }

    public CheckFaults Faults { get; } = new("records");

    /// <summary>The records that are not at their newest version.</summary>
    public List<StoredRecord> Lagging { get; } = [];

    /// <summary>The sums of the rows that the records require.</summary>
    public Dictionary<SideTable, IndexSums> Sides => sides;

    public void Count(RecordStatus status)
    {
        if (status == RecordStatus.Active)
        {
            Active++;
        }
        else
        {
            Revoked++;
        }
    }
}
