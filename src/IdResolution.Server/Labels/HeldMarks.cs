using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Labels;

/// <summary>
/// Marks the labels of held items, or refuses them, as the one who prints asks. Who may not see the status of items is
/// not told, and has the label as it is. Thread-safe.
/// </summary>
internal sealed class HeldMarks(HoldReader holds)
{
    /// <summary>Marks one label.</summary>
    /// <param name="label">The label.</param>
    /// <param name="isRefused">True if no label is wanted of a held item.</param>
    /// <param name="field">The request field that names the item, for the error.</param>
    /// <param name="caller">The one who prints.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<Result<LabelContent>> MarkAsync(
        LabelContent label,
        bool isRefused,
        string field,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var why = (await WhyAsync([label], field, caller, cancellationToken))[0];
        if (why is null)
        {
            return label;
        }
        return isRefused ? why : label with { Held = why.Message };
    }

    /// <summary>Marks the labels of a sheet, or leaves those of held items out.</summary>
    public async ValueTask<LabelBatch> MarkAsync(
        LabelBatch batch,
        bool isRefused,
        string field,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var held = await WhyAsync(batch.Labels, field, caller, cancellationToken);
        var marked = new List<LabelContent>(batch.Labels.Count);
        var missing = batch.Missing.ToList();
        var isHeld = false;
        for (var i = 0; i < held.Length; i++)
        {
            var label = batch.Labels[i];
            isHeld |= held[i] is not null;
            if (held[i] is { } why && isRefused)
            {
                missing.Add((label.Identifier, why));
            }
            else
            {
                marked.Add(label with { Held = held[i]?.Message });
            }
        }
        return batch with { Labels = marked, Missing = missing, IsHeld = isHeld };
    }

    /// <summary>Why each item is held; null for one that is not.</summary>
    private async ValueTask<Error?[]> WhyAsync(
        IReadOnlyList<LabelContent> labels,
        string field,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        List<Identifier> identifiers = [.. labels.Select(label => Identifier.Parse(label.Identifier).Value)];
        var found = await holds.ReadAsync(identifiers, caller, cancellationToken);
        return
        [
            .. found.Select(
                (on, i) => on is [var hold, ..] ? HoldReader.Refusal(labels[i].Identifier, hold, field) : null
            ),
        ];
    }
}
