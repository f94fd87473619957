using IdResolution.Core.ChangeLog;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>Writes the content of a record as the state of a version (<c>docs/log-format.md</c>).</summary>
public static class StateEncoder
{
    private const int MaxDigits = 15;

    /// <summary>Encodes the content of a record, with fresh salts.</summary>
    internal static byte[] Encode(
        RecordContent content,
        string identifier,
        RecordStatus status,
        IReadOnlyList<BusinessKey> keys
    )
    {
        var state = new StateWriter();
        state.Add(StateCodes.Identifier, identifier);
        if (content.Template is not null)
        {
            state.Add(StateCodes.Template, content.Template.Reference);
        }
        state.Add(StateCodes.Status, status == RecordStatus.Active ? "active" : "revoked");
        AddKeys(state, keys);
        for (var i = 0; i < content.Attributes.Length; i++)
        {
            if (content.Attributes[i] is { } value)
            {
                state.Add(content.Template!.StateCodes[i], value, FormOf(content.Template.Attributes[i], value));
            }
        }
        foreach (var value in content.Values)
        {
            state.Add(StateCodes.ValuePrefix + value.Index, value.Encode(), StateForm.Bytes);
        }
        return state.ToState();
    }

    /// <summary>
    /// Adds a list for each source, in the order of their first keys. So the item's first key comes first. Records made
    /// earlier may have a source without a key: its list is empty.
    /// </summary>
    private static void AddKeys(StateWriter state, IReadOnlyList<BusinessKey> keys)
    {
        if (keys is [{ SourceKey: { } only }])
        {
            state.AddList(StateCodes.KeyPrefix + keys[0].Source, only);
            return;
        }
        foreach (var source in keys.GroupBy(k => k.Source, StringComparer.Ordinal))
        {
            if (source.Key == BusinessKeys.NoFirst.Source)
            {
                state.Add(StateCodes.Keys, "further");
                continue;
            }
            state.AddList(
                StateCodes.KeyPrefix + source.Key,
                source.Select(k => k.SourceKey).OfType<string>().ToArray()
            );
        }
    }

    /// <summary>
    /// The form of an attribute's canonical text: JSON for numbers, truth values and repeated attributes. Text for
    /// numbers that a reader of JSON may change, since it keeps 15 significant digits.
    /// </summary>
    public static StateForm FormOf(AttributeDefinition attribute, string value)
    {
        if (!attribute.Repeated && !ValueCodec.IsBare(attribute.Type))
        {
            return StateForm.Text;
        }
        return attribute.Type is AttributeType.Integer or AttributeType.Decimal && HasLongNumber(value)
            ? StateForm.Text
            : StateForm.Json;
    }

    /// <summary>True if a number, or one of an array, has more than 15 significant digits.</summary>
    private static bool HasLongNumber(ReadOnlySpan<char> text)
    {
        var numbers = text.Trim("[]");
        foreach (var range in numbers.Split(','))
        {
            if (SignificantDigits(numbers[range]) > MaxDigits)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The digits of a canonical number between its first and its last that is not zero.</summary>
    private static int SignificantDigits(ReadOnlySpan<char> number)
    {
        var digits = number.Trim("-0.");
        return digits.Length - (digits.Contains('.') ? 1 : 0);
    }
}
