using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>Renders the record of a homed prefix where none is stored: who serves it, and who administers it.</summary>
public interface IPrefixRecords
{
    /// <summary>The values of a prefix, ascending by index.</summary>
    IReadOnlyList<RawValue> Render(string prefix);
}
