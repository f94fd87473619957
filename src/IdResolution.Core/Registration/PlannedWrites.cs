using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>The writes to do, and for each the position of its item in the batch, and what it was given.</summary>
internal readonly record struct PlannedWrites(
    List<RegisterRecord> Writes,
    List<int> Positions,
    List<GivenIdentifier> Given
)
{
    public static PlannedWrites For(int count) =>
        new(new List<RegisterRecord>(count), new List<int>(count), new List<GivenIdentifier>(count));

    public void Add(RegisterRecord write, int position, GivenIdentifier given)
    {
        Writes.Add(write);
        Positions.Add(position);
        Given.Add(given);
    }
}
