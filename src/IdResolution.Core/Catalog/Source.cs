using System.Text.Json.Serialization;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Catalog;

/// <summary>
/// The document of a source: a system that knows items by keys of its own. It never changes in what its keys mean.
/// </summary>
public sealed record Source
{
    /// <summary>The source for keys of GS1. It is the node's, and case-sensitive, as GS1 says of its values.</summary>
    public const string Gs1 = "gs1";

    /// <summary>The code, such as <c>mes</c>; 1 to 64 bytes.</summary>
    public required string Code { get; init; }

    /// <summary>The homed prefix whose identifiers have these keys; null for all of the node.</summary>
    public string? Prefix { get; init; }

    /// <summary>True if keys that differ in case are different keys.</summary>
    public bool CaseSensitive { get; init; }

    /// <summary>What the source is called, for people.</summary>
    public Names? Names { get; init; }

    /// <summary>
    /// True if some rows hold their keys in another form than <see cref="KeyForm.Folded"/>, so that those are looked up
    /// too.
    /// </summary>
    public bool HasOtherForms { get; init; }

    /// <summary>The object number, by which rows of keys name the source; not part of the document.</summary>
    [JsonIgnore]
    public long Object { get; init; }

    /// <summary>The code of the document: <c>source:CODE</c> or <c>source:CODE@PREFIX</c>.</summary>
    [JsonIgnore]
    public string DocumentCode => CodeOf(Code, Prefix);

    /// <summary>A source that nobody made before its first key.</summary>
    /// <param name="code">The code.</param>
    /// <param name="prefix">The prefix that has the source, unless it is <see cref="Gs1"/>.</param>
    public static Source New(string code, string? prefix) =>
        code == Gs1 ? new Source { Code = code, CaseSensitive = true } : new Source { Code = code, Prefix = prefix };

    /// <summary>
    /// The code of the document of a source. Its own code stands there with <c>%</c>, <c>@</c> and blanks escaped as in
    /// a URL: no two sources share a document, also where a database ignores blanks at the end.
    /// </summary>
    public static string CodeOf(string code, string? prefix)
    {
        ArgumentNullException.ThrowIfNull(code);
        var escaped = code.Replace("%", "%25", StringComparison.Ordinal)
            .Replace("@", "%40", StringComparison.Ordinal)
            .Replace(" ", "%20", StringComparison.Ordinal);
        return NodeCatalog.SourcePrefix + (prefix is null ? escaped : $"{escaped}@{prefix.ToUpperInvariant()}");
    }

    /// <summary>
    /// The form in which the source's keys are compared. One of GS1 has one text, whatever the order of its elements.
    /// </summary>
    public string Fold(string key) =>
        Code == Gs1 && Gs1Key.Canonical(key) is { } canonical ? canonical : BusinessKeys.Fold(key, CaseSensitive);

    /// <summary>The row that a new key of the source gets.</summary>
    public SideRow RowOf(string key) => BusinessKeys.Row(Object, Fold(key), key);

    /// <summary>
    /// The rows by which a record may have the key, in the order in which they count: an item that is found by its
    /// exact spelling comes before the one that the folded key finds.
    /// </summary>
    public IReadOnlyList<SideRow> FormsOf(string key, NodeSecrets secrets) =>
        HasOtherForms
            ? [.. FormsOf(key, isExact: true, secrets), .. FormsOf(key, isExact: false, secrets)]
            : [RowOf(key)];

    /// <summary>The row of a key that is found in one of two ways, and the row that stays of it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isExact">True if it is found by its exact spelling alone.</param>
    /// <param name="secrets">The key file.</param>
    internal SideRow[] FormsOf(string key, bool isExact, NodeSecrets secrets) =>
        isExact
            ? [BusinessKeys.ExactRow(Object, key), BusinessKeys.ErasedExactRow(Object, key, secrets)]
            : [RowOf(key), BusinessKeys.ErasedRow(Object, Fold(key), secrets)];
}
