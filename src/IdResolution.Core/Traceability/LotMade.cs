using IdResolution.Core.Catalog;
using IdResolution.Core.Events;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Tells how much a lot was by its record, where its template names the attribute that says so. It counts where no
/// event says how much was made.
/// </summary>
internal sealed class LotMade(IRecordStore records, NodeCatalog catalog)
{
    /// <summary>The templates.</summary>
    public NodeCatalog Catalog => catalog;

    /// <summary>True if a template says how much its items were.</summary>
    public bool IsLot(string? template) =>
        template is not null && catalog.FindPublished(template)?.Trace?.IsOfLots == true;

    /// <summary>How much an item was; null where its record does not say.</summary>
    public async ValueTask<TraceAmount?> OfAsync(TraceItem item, CancellationToken cancellationToken) =>
        item.IsRegistered
        && IsLot(item.Template)
        && (await records.FindAsync(item.Key.Folded, cancellationToken)).Record is { } record
            ? Of(new RuledRecord(record, catalog))
            : null;

    /// <summary>How much a lot was by its record; null where that does not say.</summary>
    public static TraceAmount? Of(RuledRecord record)
    {
        var code = record.Rules is { IsOfLots: true } rules ? rules.Quantity : null;
        return LotBalance.TryRead(record.Value(code), out var quantity) && quantity >= 0
            ? new TraceAmount(
                quantity,
                MeasuredUnit.CodeOf(record.Template!.Attributes[record.Template.PositionOf(code!)].Unit)
            )
            : null;
    }
}
