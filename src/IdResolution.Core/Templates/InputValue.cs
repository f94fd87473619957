namespace IdResolution.Core.Templates;

/// <summary>
/// A value as a caller gave it, before its type is checked; every front end makes these from its own wire form.
/// </summary>
public readonly struct InputValue
{
    private InputValue(InputKind kind, string? text, IReadOnlyList<InputValue>? items)
    {
        Kind = kind;
        Text = text;
        Items = items ?? [];
    }

    /// <summary>What was given.</summary>
    public InputKind Kind { get; }

    /// <summary>The text, the number as written, or <c>true</c>/<c>false</c>; null for other kinds.</summary>
    public string? Text { get; }

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<InputValue> Items { get; }

    /// <summary>Nothing: the attribute is absent, or to be removed.</summary>
    public static InputValue Null => default;

    /// <summary>True for null, empty text and an empty list: absent and empty are alike.</summary>
    public bool IsEmpty =>
        Kind switch
        {
            InputKind.Null => true,
            InputKind.Text => Text!.Length == 0,
            InputKind.List => Items.Count == 0,
            _ => false,
        };

    /// <summary>A text.</summary>
    public static InputValue OfText(string text) => new(InputKind.Text, text, null);

    /// <summary>A number as written, JSON syntax.</summary>
    public static InputValue OfNumber(string text) => new(InputKind.Number, text, null);

    /// <summary>A truth value.</summary>
    public static InputValue OfBoolean(bool value) => new(InputKind.Boolean, value ? "true" : "false", null);

    /// <summary>A list.</summary>
    public static InputValue OfList(IReadOnlyList<InputValue> items) => new(InputKind.List, null, items);

    /// <summary>Something that no attribute takes (a JSON object).</summary>
    public static InputValue Unsupported => new(InputKind.Other, null, null);
}
