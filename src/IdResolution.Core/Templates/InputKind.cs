namespace IdResolution.Core.Templates;

/// <summary>The kinds of <see cref="InputValue"/>.</summary>
public enum InputKind
{
    /// <summary>Nothing.</summary>
    Null,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A truth value.</summary>
    Boolean,

    /// <summary>A list.</summary>
    List,

    /// <summary>Anything else.</summary>
    Other,
}
