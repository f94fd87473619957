using IdResolution.Core.Records;
using IdResolution.Core.Views;

namespace IdResolution.Core.Registration;

/// <summary>
/// A change to a record as Handle values see it, see <see cref="ValueView"/>. An index in both lists is set.
/// </summary>
public sealed record ValueChange
{
    /// <summary>Values to stand at their indexes from now on, secrets in their plain form.</summary>
    public IReadOnlyList<RawValue> Set { get; init; } = [];

    /// <summary>Indexes whose values go.</summary>
    public IReadOnlyList<int> Remove { get; init; } = [];
}
