using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>The business keys of an item that is being registered. Not thread-safe.</summary>
/// <param name="rows">The rows of the item's content; those of its keys are added.</param>
internal sealed class ItemKeys(List<SideRow> rows)
{
    private readonly List<BusinessKey> _all = new(1);
    private List<SideRow>? _otherForms;

    /// <summary>The keys in the order given.</summary>
    public IReadOnlyList<BusinessKey> All => _all;

    /// <summary>All rows to write.</summary>
    public IReadOnlyList<SideRow> Rows => rows;

    /// <summary>The forms in which a record may have the first key.</summary>
    public IReadOnlyList<SideRow> FirstForms { get; private set; } = [];

    /// <summary>The forms, besides those to write, in which a record may have another of the keys.</summary>
    public IReadOnlyList<SideRow> OtherForms => _otherForms ?? (IReadOnlyList<SideRow>)[];

    /// <summary>Adds a key. False if the item has it already.</summary>
    /// <param name="key">The key.</param>
    /// <param name="forms">The rows by which a record may have it, of which one is folded.</param>
    /// <param name="field">The field that it comes from, for errors.</param>
    public bool TryAdd(BusinessKey key, IReadOnlyList<SideRow> forms, string field)
    {
        var row = BusinessKeys.FoldedOf(forms) with { Field = field };
        if (_all.Count == 0)
        {
            FirstForms = forms;
        }
        else
        {
            if (rows.Exists(other => BusinessKeys.AreSame(other, row)))
            {
                return false;
            }
            (_otherForms ??= []).AddRange(forms.Select(form => form with { Field = field }));
        }
        _all.Add(key);
        rows.Add(row);
        return true;
    }
}
