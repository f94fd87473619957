using IdResolution.Core.Records;
using IdResolution.Core.Views;

namespace IdResolution.Core.Registration;

/// <summary>
/// A change to the Handle values of a record (<see cref="ValueView"/>). An index in both lists is set.
/// </summary>
public sealed record ValueChange
{
    /// <summary>The new values at their indexes, secrets in their plain form.</summary>
    public IReadOnlyList<RawValue> Set { get; init; } = [];

    /// <summary>The indexes of the values to remove.</summary>
    public IReadOnlyList<int> Remove { get; init; } = [];
}
