namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>Entries of the log that were examined by themselves, in their order, and their faults.</summary>
internal sealed class ExaminedEntries(int count)
{
    public List<ExaminedEntry> Entries { get; } = new(count);

    public CheckFaults Log { get; } = new("log");

    public CheckFaults States { get; } = new("states");

    /// <summary>How many secrets the states have.</summary>
    public long Secrets { get; set; }

    /// <summary>Secrets whose data key there is not.</summary>
    public CheckFaults Unknown { get; } = new(Doctor.DataKeysCheck);
}
