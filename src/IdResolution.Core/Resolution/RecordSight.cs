using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Resolution;

/// <summary>Tells what partners see of records that changed. Thread-safe.</summary>
public sealed class RecordSight(IRecordStore store, CatalogHolder catalog, PartnerCursors cursors)
{
    /// <summary>The refusal of a cursor as the caller is told it: to a partner it says no number.</summary>
    internal Error Told(Error restarted, CurrentLog log, LogCursor after, Caller caller) =>
        caller.Partner is null
            ? restarted
            : LogErrors.Restarted(log.Name, cursors.Close(Math.Min(after.Sequence, log.Kept), caller));

    /// <summary>True if a caller sees a record, both as a change left it and as it is now.</summary>
    internal async ValueTask<bool> SeesAsync(Change change, Caller caller, CancellationToken cancellationToken) =>
        caller.Partner is null
        || (
            Sees(change.State, caller)
            && await store.FindAsync(change.Key, cancellationToken) is ({ } record, _)
            && Sees(record.State, caller)
        );

    private bool Sees(ReadOnlySpan<byte> state, Caller caller) =>
        catalog.Current.SightOf(caller)?.Of(state) is not null;
}
