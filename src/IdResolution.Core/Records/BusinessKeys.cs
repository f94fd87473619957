using System.Text;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Records;

/// <summary>
/// The keys by which other systems know items. One item may have several; a key belongs to one item of its source for
/// ever, also to a tombstone.
/// </summary>
public static class BusinessKeys
{
    /// <summary>The greatest number of keys of an item.</summary>
    public const int MostAnItem = 16;

    /// <summary>
    /// Stands before the keys of an item of which none is the first: that one was removed or erased, or the item was
    /// registered without. The digest of the registration was made for that key alone.
    /// </summary>
    internal static BusinessKey NoFirst { get; } = new("", null);

    // NFC may make three bytes of one, of at most 255.
    private const int MaxFolded = 3 * 255;

    /// <summary>
    /// The table <c>business_keys</c>. <c>source</c> is the object number of the source's document, <c>key</c> the key
    /// as it was given, empty where it was erased. Which key is the first one, the record's state tells by its order.
    /// </summary>
    public static SideTable Table { get; } =
        new()
        {
            Name = "business_keys",
            Title = "business keys",
            Columns =
            [
                new("source", SideColumnKind.Number),
                new("folded", SideColumnKind.Bytes, MaxFolded),
                new("form", SideColumnKind.Number),
                new("key", SideColumnKind.Text, 255, IsKey: false),
            ],
            HasOneHolder = true,
            OutlivesRecords = true,
            PartOf = row => $"source {row.Values[0].Number}",
        };

    /// <summary>
    /// The form in which keys are compared: full-width ASCII and the ideographic space to half width, NFC, blanks at
    /// the ends cut, and upper case unless the source is case-sensitive. Folding twice changes nothing more.
    /// </summary>
    /// <exception cref="ArgumentException">The text holds half a surrogate pair.</exception>
    public static string Fold(string key, bool caseSensitive)
    {
        ArgumentNullException.ThrowIfNull(key);
        var folded = Ascii.IsValid(key) ? key : Compose(Narrow(key));
        folded = folded.Trim();
        return caseSensitive ? folded : folded.ToUpperInvariant();
    }

    /// <summary>Makes the row of a key.</summary>
    /// <param name="source">The object number of the source.</param>
    /// <param name="folded">The key as its source folds it.</param>
    /// <param name="key">The key as it was given.</param>
    public static SideRow Row(long source, string folded, string key) =>
        Row(source, KeyForm.Folded, Encoding.UTF8.GetBytes(folded), key);

    /// <summary>Makes the row of a key that is found by its exact spelling alone.</summary>
    public static SideRow ExactRow(long source, string key) =>
        Row(source, KeyForm.Exact, Encoding.UTF8.GetBytes(key), key);

    /// <summary>Makes the row that stays of an erased key.</summary>
    public static SideRow ErasedRow(long source, string folded, NodeSecrets secrets) =>
        ErasedRow(source, secrets, "business key\n" + folded);

    /// <summary>Makes the row that stays of an erased key that was found by its exact spelling alone.</summary>
    public static SideRow ErasedExactRow(long source, string key, NodeSecrets secrets) =>
        ErasedRow(source, secrets, "business key as spelled\n" + key);

    /// <summary>Reads how a row holds its key.</summary>
    public static KeyForm FormOf(SideRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return (KeyForm)row.Values[2].Number;
    }

    /// <summary>The folded one of the rows by which a record may have a key.</summary>
    internal static SideRow FoldedOf(IReadOnlyList<SideRow> forms) =>
        forms.Count == 1 ? forms[0] : forms.First(form => FormOf(form) == KeyForm.Folded);

    /// <summary>True if both rows are of this table, and of one key.</summary>
    internal static bool AreSame(SideRow one, SideRow other) =>
        one.Table == Table
        && other.Table == Table
        && one.Values[0] == other.Values[0]
        && one.Values[2] == other.Values[2]
        && one.Values[1].Bytes.AsSpan().SequenceEqual(other.Values[1].Bytes);

    private static SideRow ErasedRow(long source, NodeSecrets secrets, string text)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        return Row(source, KeyForm.Erased, secrets.Digest(Encoding.UTF8.GetBytes(text)), "");
    }

    private static SideRow Row(long source, KeyForm form, byte[] folded, string key) =>
        new(Table, [source, folded, (long)form, key]);

    // The framework normalises no text with U+FFFE, which keys taken earlier may hold.
    private static string Compose(string key) =>
        key.Contains('\uFFFE', StringComparison.Ordinal) ? key : key.Normalize(NormalizationForm.FormC);

    private static string Narrow(string key) =>
        string.Create(
            key.Length,
            key,
            static (narrow, wide) =>
            {
                for (var i = 0; i < narrow.Length; i++)
                {
                    narrow[i] = wide[i] switch
                    {
                        '\u3000' => ' ',
                        >= '\uFF01' and <= '\uFF5E' and var c => (char)(c - '\uFEE0'),
                        var c => c,
                    };
                }
            }
        );
}
