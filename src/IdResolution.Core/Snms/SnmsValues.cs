using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Snms;

/// <summary>Checks the values of an identifier by the attributes at their indexes.</summary>
internal static class SnmsValues
{
    /// <summary>
    /// Gives the values by the codes of their attributes, or the first fault in the protocol's order.
    /// </summary>
    public static Result<List<KeyValuePair<string, InputValue>>> Check(
        Template template,
        IReadOnlyList<SnmsGiven> given
    )
    {
        var attributes = new AttributeDefinition[given.Count];
        for (var i = 0; i < given.Count; i++)
        {
            if (Unreadable(given[i], i) is { } fault)
            {
                return fault;
            }
            var index = given[i].Index!.Value;
            if (template.PositionAt(index) is not (>= 0 and var position))
            {
                return SnmsErrors.NoIndex(index);
            }
            attributes[i] = template.Attributes[position];
        }
        if (WrongTypes(given, attributes) is { } wrong)
        {
            return wrong;
        }
        return Values(given, attributes);
    }

    private static Error? WrongTypes(IReadOnlyList<SnmsGiven> given, AttributeDefinition[] attributes)
    {
        for (var i = 0; i < given.Count; i++)
        {
            if (given[i].Type != attributes[i].Code)
            {
                return SnmsErrors.WrongType(attributes[i]);
            }
            if (Array.IndexOf(attributes, attributes[i]) != i)
            {
                return SnmsErrors.Twice(attributes[i].Index);
            }
        }
        return null;
    }

    private static Result<List<KeyValuePair<string, InputValue>>> Values(
        IReadOnlyList<SnmsGiven> given,
        AttributeDefinition[] attributes
    )
    {
        var values = new List<KeyValuePair<string, InputValue>>(given.Count);
        for (var i = 0; i < given.Count; i++)
        {
            if (attributes[i].State == AttributeState.Disabled)
            {
                return SnmsErrors.Disabled(attributes[i]);
            }
            if (given[i].Format is not SnmsGiven.Texts)
            {
                return SnmsErrors.NotString(attributes[i].Index);
            }
            if (WrongLength(attributes[i], given[i].Text!) is { } fault)
            {
                return fault;
            }
            values.Add(new(attributes[i].Code, InputValue.OfText(given[i].Text!)));
        }
        return values;
    }

    private static Error? Unreadable(SnmsGiven value, int at)
    {
        var missing = value switch
        {
            { Index: null } => "index",
            { Type: null } => "type",
            { Format: null, Text: null } => "data",
            { Format: null } => "data.format",
            { Text: null } => "data.value",
            _ => null,
        };
        return missing is null ? null : SnmsErrors.Missing($"value[{at}].{missing}");
    }

    private static Error? WrongLength(AttributeDefinition attribute, string text)
    {
        var length = text.Length;
        foreach (var c in text)
        {
            // A character beyond the first 65,536 is two of UTF-16.
            length -= char.IsLowSurrogate(c) ? 1 : 0;
        }
        var least = attribute.MinLength ?? 0;
        var most = Math.Min(attribute.MaxLength ?? SnmsIdentifiers.MaxValue, SnmsIdentifiers.MaxValue);
        return length < least || length > most ? SnmsErrors.WrongLength(attribute, least, most) : null;
    }
}
