using IdResolution.Core.Errors;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Tells what stands in no event, and so is perhaps mistyped. Thread-safe.</summary>
/// <param name="store">The quality archive.</param>
/// <param name="archive">Has the archive catch up.</param>
public sealed class QualityNames(IQualityStore store, ArchiveWait archive)
{
    /// <summary>An error where no event names something; null where one does, or where that is not known.</summary>
    /// <param name="kind">A measurement or a defect.</param>
    /// <param name="name">The characteristic, or the code of the defect.</param>
    /// <param name="field">The field that gave it.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    internal async ValueTask<Error?> UnknownAsync(
        QualityKind kind,
        string name,
        string field,
        CancellationToken cancellationToken
    ) =>
        // An archive that is not filled yet knows nothing of the events that it has not read.
        await store.IsNamedAsync(kind, name, cancellationToken)
        || (await archive.CatchUpAsync(cancellationToken)).Behind > 0
        || await store.IsNamedAsync(kind, name, cancellationToken)
            ? null
            : TraceErrors.NoEventNames(name, field);
}
