using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>Renders the record of a homed prefix, with its servers and administrators, if none is stored.</summary>
public interface IPrefixRecords
{
    /// <summary>Makes the values of the prefix record, ascending by index.</summary>
    IReadOnlyList<RawValue> Render(string prefix);

    /// <summary>
    /// The value that names the servers of the node that resolvers of a prefix are sent on to; null if this node
    /// answers.
    /// </summary>
    RawValue? FindRoute(string prefix);
}
