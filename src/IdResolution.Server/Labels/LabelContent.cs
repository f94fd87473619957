using IdResolution.Core.Primitives;

namespace IdResolution.Server.Labels;

/// <summary>The content of one label.</summary>
/// <param name="Identifier">The whole identifier. A label may wrap it but never cuts it.</param>
/// <param name="Title">The name of the template; null for a record without template.</param>
/// <param name="Lines">A few texts such as <c>name: value</c>. They may be cut if room is short.</param>
/// <param name="Url">The URL in the QR code.</param>
internal sealed record LabelContent(string Identifier, string? Title, IReadOnlyList<string> Lines, string Url)
{
    /// <summary>What a label of a held item says. In both languages: who reads it is not who prints it.</summary>
    public const string HeldMark = "冻结 HELD";

    /// <summary>Why the item is held, for people; null where it is not, or the one who prints is not told.</summary>
    public Text? Held { get; init; }

    /// <summary>About what it takes in memory, in bytes. Titles are shared.</summary>
    public int Bytes => 300 + (2 * (Identifier.Length + Url.Length + Lines.Sum(line => line.Length)));
}
