namespace IdResolution.Core.Templates;

/// <summary>
/// A value as a caller gave it, before its type is checked. Every front end makes these from its own wire form.
/// </summary>
public readonly struct InputValue
{
    private InputValue(InputKind kind, string? text, IReadOnlyList<InputValue>? items)
    {
        Kind = kind;
        Text = text;
        Items = items ?? [];
    }

    /// <summary>The kind of value that the caller gave.</summary>
    public InputKind Kind { get; }

    /// <summary>The text, the number as written, or <c>true</c> or <c>false</c>; null for other kinds.</summary>
    public string? Text { get; }

    /// <summary>The items of a <see cref="InputKind.List"/>; empty for other kinds.</summary>
    public IReadOnlyList<InputValue> Items { get; }

    /// <summary>No value: the attribute is absent, or is to be removed.</summary>
    public static InputValue Null => default;

    /// <summary>True for null, an empty text and an empty list. All three mean that the attribute is absent.</summary>
    public bool IsEmpty =>
        Kind switch
        {
            InputKind.Null => true,
            InputKind.Text => Text!.Length == 0,
            InputKind.List => Items.Count == 0,
            _ => false,
        };

    /// <summary>Makes a value of kind <see cref="InputKind.Text"/>.</summary>
    public static InputValue OfText(string text) => new(InputKind.Text, text, null);

    /// <summary>Makes a value of kind <see cref="InputKind.Number"/> from JSON syntax, unchecked.</summary>
    public static InputValue OfNumber(string text) => new(InputKind.Number, text, null);

    /// <summary>Makes a value of kind <see cref="InputKind.Boolean"/>.</summary>
    public static InputValue OfBoolean(bool value) => new(InputKind.Boolean, value ? "true" : "false", null);

    /// <summary>Makes a value of kind <see cref="InputKind.List"/>. A list in a list is refused later.</summary>
    public static InputValue OfList(IReadOnlyList<InputValue> items) => new(InputKind.List, null, items);

    /// <summary>A value that no attribute takes, such as a JSON object. The check refuses it.</summary>
    public static InputValue Unsupported => new(InputKind.Other, null, null);
}
