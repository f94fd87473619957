namespace IdResolution.Core.Templates;

/// <summary>One kind of link that items of a template take. Immutable.</summary>
public sealed record LinkRule
{
    private readonly IReadOnlyList<string> _templates = [];

    /// <summary>
    /// The kind: <c>consumes</c>, <c>contains</c>, <c>covers</c>, <c>ships</c>, <c>produced-by</c> or <c>replaces</c>.
    /// </summary>
    public string Type { get; init; } = "";

    /// <summary>The codes of the templates that may be at the other end; empty for any.</summary>
    public IReadOnlyList<string> Templates
    {
        get => _templates;
        // The JSON reader gives null if the document names none.
        init => _templates = value ?? [];
    }

    /// <summary>The most links of this rule that one event may say for an item; null for any number.</summary>
    public int? Most { get; init; }

    /// <summary>
    /// The least links of this rule that an item has when it is complete; null for any number. Nothing is refused for
    /// it, since parts come one after another: scans and traces report it.
    /// </summary>
    public int? Least { get; init; }

    /// <summary>False to take what does not fit too, and to report it; otherwise it is refused.</summary>
    public bool? Refuse { get; init; }
}
