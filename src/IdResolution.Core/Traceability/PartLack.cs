using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>What an item lacks of what its template asks for.</summary>
/// <param name="Rule">The rule that says how many there are at least.</param>
/// <param name="Count">How many the item has.</param>
public sealed record PartLack(LinkRule Rule, int Count)
{
    /// <summary>The same for people.</summary>
    public Text Message
    {
        get
        {
            var of = string.Concat(Rule.Templates.Select(static (code, place) => (place > 0 ? ", " : " ") + code));
            return new Text(
                $"It has {Count} of {Rule.Least}{of} ({Rule.Type}).",
                $"应有 {Rule.Least} 项{of}，现有 {Count} 项（{Rule.Type}）。"
            );
        }
    }
}
