namespace IdResolution.Core.Templates;

/// <summary>The kinds of <see cref="InputValue"/>.</summary>
public enum InputKind
{
    /// <summary>No value.</summary>
    Null,

    /// <summary>A text, also for dates, choices, identifiers and digests.</summary>
    Text,

    /// <summary>A number as the caller wrote it.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A list of values, for a repeated attribute.</summary>
    List,

    /// <summary>Something that no attribute takes, such as a JSON object.</summary>
    Other,
}
