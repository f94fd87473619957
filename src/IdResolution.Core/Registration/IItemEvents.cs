using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>
/// The events that are given with the registration of one item, until they are written with it. Not thread-safe.
/// </summary>
public interface IItemEvents
{
    /// <summary>Checks the events before the item has an identifier. Returns all faults as one, or null.</summary>
    ValueTask<Error?> CheckAsync(Caller caller, CancellationToken cancellationToken);

    /// <summary>True if an event has a key of a source that is not there yet.</summary>
    bool NamesNewSources(Identifier identifier, Caller caller);

    /// <summary>
    /// Adds the events to the registration of the item. It is called again where the item gets another identifier.
    /// Makes the sources of their keys, but for one that is only tried.
    /// </summary>
    ValueTask<Result<RegisterRecord>> AddToAsync(
        RegisterRecord registration,
        Identifier identifier,
        Caller caller,
        bool isTry,
        CancellationToken cancellationToken
    );

    /// <summary>Takes the result of the write. Returns why an event was refused, or null.</summary>
    Error? Settle(RecordWriteResult written);
}
