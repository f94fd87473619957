using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Core.Views;

namespace IdResolution.Core.Registration;

/// <summary>
/// Applies a change of values to the content of a record. A value at the index of an attribute changes the attribute,
/// any other a raw value.
/// </summary>
/// <param name="before">The content before the change.</param>
/// <param name="versions">
/// All versions of the template; empty without one. Raw values cannot use the indexes of their attributes.
/// </param>
internal sealed class ValueEdit(RecordContent before, IReadOnlyList<Template> versions)
{
    private readonly Dictionary<string, InputValue> _attributes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, RawValue> _values = new(before.Values.ToDictionary(v => v.Index));
    private readonly Faults _faults = new();

    /// <summary>The content after the change, or all faults of its values.</summary>
    public Result<RecordContent> Apply(ValueChange change)
    {
        foreach (var index in change.Remove.Distinct())
        {
            if (Remove(index) is { } refusal)
            {
                return refusal;
            }
        }
        var seen = new HashSet<int>(change.Set.Count);
        for (var i = 0; i < change.Set.Count; i++)
        {
            var (value, field) = (change.Set[i], $"values[{i}]");
            if (!seen.Add(value.Index))
            {
                _faults.Add(field + ".index", "is used twice", "重复");
            }
            else if (Set(value, field) is { } refusal)
            {
                return refusal;
            }
        }
        return RecordValidator.With(before, [.. _attributes], [.. _values.Values], _faults);
    }

    private Error? Remove(int index)
    {
        if (IsOfTemplate(index))
        {
            return Fixed($"values[{index}]", "which template a record has cannot be changed", "记录的模板不可更改");
        }
        if (PositionAt(index) is var position and >= 0 && before.Attributes[position] is not null)
        {
            _attributes[before.Template!.Attributes[position].Code] = InputValue.Null;
            return null;
        }
        return _values.Remove(index)
            ? null
            : Error.Of(
                ErrorCode.ValueNotFound,
                $"There is no value at index {index} that could be removed.",
                $"索引 {index} 处没有可删除的值。",
                $"values[{index}]"
            );
    }

    private Error? Set(RawValue value, string field)
    {
        if (IsOfTemplate(value.Index))
        {
            return Fixed(field, "which template a record has cannot be changed", "记录的模板不可更改");
        }
        if (PositionAt(value.Index) is var position and >= 0)
        {
            return Set(before.Template!.Attributes[position], value, field);
        }
        if (versions.Any(t => t.HasIndex(value.Index)))
        {
            _faults.Add(
                field + ".index",
                "is of an attribute that the record's template does not have or that is disabled",
                "属于该记录模板中没有或已停用的属性"
            );
            return null;
        }
        RecordValidator.CheckValue(before.Template, value, field, _faults);
        _values[value.Index] = value;
        return null;
    }

    private Error? Set(AttributeDefinition attribute, RawValue value, string field)
    {
        if (!Ascii.EqualsIgnoreCase(value.Type, attribute.Code))
        {
            _faults.Add(field + ".type", $"must be {attribute.Code}", $"应为 {attribute.Code}");
            return null;
        }
        if (value.Permissions != ValueView.PermissionsOf(attribute))
        {
            return Fixed(
                field + ".permissions",
                "the template says who may read an attribute",
                "属性的可见范围由模板决定"
            );
        }
        if (value.References.Count > 0)
        {
            _faults.Add(field + ".references", "an attribute has none", "属性没有引用");
        }
        if (TryRead(attribute, value.Data, out var input))
        {
            _attributes[attribute.Code] = input;
        }
        else if (attribute.Repeated)
        {
            _faults.Add(field + ".data", "must be a JSON array in UTF-8", "应为 UTF-8 编码的 JSON 数组");
        }
        else
        {
            _faults.Add(field + ".data", "must be UTF-8", "应为 UTF-8 文本");
        }
        return null;
    }

    private bool IsOfTemplate(int index) => before.Template is not null && ValueIndex.IsOfTemplate(index);

    /// <summary>The position of the active attribute with this index, or -1.</summary>
    private int PositionAt(int index)
    {
        for (var i = 0; i < before.Attributes.Length; i++)
        {
            if (
                before.Template!.Attributes[i] is { State: AttributeState.Active } attribute
                && attribute.Index == index
            )
            {
                return i;
            }
        }
        return -1;
    }

    private static bool TryRead(AttributeDefinition attribute, byte[] data, out InputValue input)
    {
        input = InputValue.Null;
        if (!Utf8.IsValid(data))
        {
            return false;
        }
        if (!attribute.Repeated)
        {
            input = InputValue.OfText(Encoding.UTF8.GetString(data));
            return true;
        }
        try
        {
            using var json = JsonDocument.Parse(data);
            if (json.RootElement.ValueKind != JsonValueKind.Array)
            {
                return false;
            }
            input = InputValue.OfList([.. json.RootElement.EnumerateArray().Select(Item)]);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // GetString throws InvalidOperationException for half a surrogate pair.
            return false;
        }
    }

    private static InputValue Item(JsonElement item) =>
        item.ValueKind switch
        {
            JsonValueKind.String => InputValue.OfText(item.GetString()!),
            JsonValueKind.Number => InputValue.OfNumber(item.GetRawText()),
            JsonValueKind.True or JsonValueKind.False => InputValue.OfBoolean(item.GetBoolean()),
            JsonValueKind.Null => InputValue.Null,
            _ => InputValue.Unsupported,
        };

    private static Error Fixed(string field, string en, string zh) =>
        Error.Of(ErrorCode.Forbidden, $"{field}: {en}.", $"{field}：{zh}。", field);
}
