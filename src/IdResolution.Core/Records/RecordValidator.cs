using System.Text;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>Checks values by the rules of their template and makes the content of a record.</summary>
internal static class RecordValidator
{
    // Besides its values an entry commits to identifier, template, status and the keys of a source.
    public const int MaxValues = Commitments.Most - 4;
    public const int MaxMessageBytes = 262_144;

    // An upper bound for the rest of the Handle message: envelope, header, handle, and the rendered values (URL,
    // HS_ADMIN, template).
    private const int FrameBytes = 2_048;

    /// <summary>Checks the values of a registration and reports every fault.</summary>
    public static Result<RecordContent> Check(
        Template? template,
        IReadOnlyList<KeyValuePair<string, InputValue>> attributes,
        IReadOnlyList<RawValue> values,
        bool checkRequired = true
    )
    {
        var faults = new Faults();
        var canonical = template is null ? [] : new string?[template.Attributes.Count];
        SetAttributes(template, attributes, canonical, faults);
        if (checkRequired && template is not null)
        {
            CheckRequired(template, canonical, faults);
        }
        var sorted = CheckValues(template, values, faults);
        return faults.TryCombine(out var error) ? error : Sized(new RecordContent(template, canonical, sorted));
    }

    /// <summary>Applies changes. A required attribute cannot be removed; an erased one may stay absent.</summary>
    public static Result<RecordContent> With(RecordContent before, RecordPatch patch)
    {
        var faults = new Faults();
        var values = patch.Values is null ? before.Values : CheckValues(before.Template, patch.Values, faults);
        return With(before, patch.Attributes, values, faults);
    }

    /// <summary>
    /// The same for raw values that were checked before and are ascending by index. Adds to the faults found so far.
    /// </summary>
    public static Result<RecordContent> With(
        RecordContent before,
        IReadOnlyList<KeyValuePair<string, InputValue>> given,
        RawValue[] values,
        Faults faults
    )
    {
        var attributes = (string?[])before.Attributes.Clone();
        SetAttributes(before.Template, given, attributes, faults);
        for (var i = 0; i < attributes.Length; i++)
        {
            if (
                before.Attributes[i] is not null
                && attributes[i] is null
                && before.Template!.Attributes[i] is { Required: true, State: AttributeState.Active } attribute
                && !faults.Mention(RecordErrors.FieldOf(attribute.Code))
            )
            {
                faults.Add(RecordErrors.Missing(attribute));
            }
        }
        return faults.TryCombine(out var error) ? error : Sized(new RecordContent(before.Template, attributes, values));
    }

    /// <summary>
    /// The same by the rules of another version of the record's template, which the record then has. What it requires
    /// must be there.
    /// </summary>
    public static Result<RecordContent> Moved(
        RecordContent before,
        Template to,
        IReadOnlyList<KeyValuePair<string, InputValue>> given
    )
    {
        var faults = new Faults();
        var attributes = new string?[to.Attributes.Count];
        for (var i = 0; i < attributes.Length; i++)
        {
            var at = before.Template!.PositionOf(to.Attributes[i].Code);
            attributes[i] = at < 0 ? null : before.Attributes[at];
        }
        SetAttributes(to, given, attributes, faults);
        CheckRequired(to, attributes, faults);
        foreach (var value in before.Values)
        {
            if (to.HasIndex(value.Index))
            {
                faults.Add(RecordErrors.IndexTaken(value.Index));
            }
        }
        return faults.TryCombine(out var error) ? error : Sized(new RecordContent(to, attributes, before.Values));
    }

    private static void CheckRequired(Template template, string?[] canonical, Faults faults)
    {
        for (var i = 0; i < canonical.Length; i++)
        {
            if (
                template.Attributes[i] is { Required: true, State: AttributeState.Active } attribute
                && canonical[i] is null
                && !faults.Mention(RecordErrors.FieldOf(attribute.Code))
            )
            {
                faults.Add(RecordErrors.Missing(attribute));
            }
        }
    }

    private static void SetAttributes(
        Template? template,
        IReadOnlyList<KeyValuePair<string, InputValue>> given,
        string?[] attributes,
        Faults faults
    )
    {
        HashSet<int>? seen = null;
        for (var i = 0; i < given.Count; i++)
        {
            var (code, input) = given[i];
            var position = template?.PositionOf(code) ?? -1;
            if (position < 0 || template!.Attributes[position].State == AttributeState.Disabled)
            {
                faults.Add(RecordErrors.Unknown(code, template));
                continue;
            }
            if (given.Count > 1 && !(seen ??= new HashSet<int>(given.Count)).Add(position))
            {
                faults.Add(RecordErrors.GivenTwice(code));
                continue;
            }
            if (input.IsEmpty)
            {
                attributes[position] = null;
            }
            else if (
                !ValueCodec
                    .Canonicalise(template.Attributes[position], in input)
                    .TryGet(out attributes[position]!, out var error)
            )
            {
                faults.Add(error);
            }
        }
    }

    private static RawValue[] CheckValues(Template? template, IReadOnlyList<RawValue> values, Faults faults)
    {
        if (values.Count == 0)
        {
            return [];
        }
        var sorted = new RawValue[values.Count];
        var indexes = new HashSet<int>(values.Count);
        for (var i = 0; i < sorted.Length; i++)
        {
            var value = sorted[i] = values[i];
            var field = $"values[{i}]";
            CheckValue(template, value, field, faults);
            if (!indexes.Add(value.Index))
            {
                faults.Add(field + ".index", "is used twice", "重复");
            }
        }
        Array.Sort(sorted, static (a, b) => a.Index.CompareTo(b.Index));
        return sorted;
    }

    /// <summary>Checks one raw value. Its faults name the fields below <paramref name="field"/>.</summary>
    public static void CheckValue(Template? template, RawValue value, string field, Faults faults)
    {
        if (
            value.Index < 1
            || (template is not null && (ValueIndex.IsOfTemplate(value.Index) || template.HasIndex(value.Index)))
        )
        {
            faults.Add(
                field + ".index",
                "must be 1 or more, and not 1000, 1001 or the index of one of the template's attributes",
                "应不小于 1，且不能是 1000、1001 或模板属性的索引"
            );
        }
        if (
            value.Type.Length == 0
            || Encoding.UTF8.GetByteCount(value.Type) > 255
            || CodingPattern.IndexOfForbidden(value.Type) >= 0
        )
        {
            faults.Add(field + ".type", "must be 1 to 255 bytes of text", "应为 1 至 255 字节的文本");
        }
        // A secret that stays comes in its encrypted form, which is longer.
        if (value.IsSecret && !SecretStrength.IsStrong(value.Data))
        {
            faults.Add(
                field + ".data",
                $"a secret has at least {SecretStrength.MinLength} characters, and not the same few again and again",
                $"密钥至少 {SecretStrength.MinLength} 个字符，且不能是少数字符的重复"
            );
        }
        CheckTtl(value, field, faults);
        foreach (var reference in value.References)
        {
            if (reference.Index < 0 || !Identifier.TryParse(reference.Handle, out _))
            {
                faults.Add(
                    field + ".references",
                    "must be handles with an index of 0 or more",
                    "应为标识及不小于 0 的索引"
                );
            }
        }
    }

    private static void CheckTtl(RawValue value, string field, Faults faults)
    {
        // An absolute time is unsigned: its sign bit is set from 2038 on.
        if (value.TtlType != 1 && value.Ttl < 0)
        {
            faults.Add(field + ".ttl", "must be 0 or more seconds", "应为不小于 0 的秒数");
        }
        if (value.TtlType > 1)
        {
            faults.Add(field + ".ttlType", "must be 0 (relative) or 1 (absolute)", "应为 0（相对）或 1（绝对）");
        }
    }

    /// <summary>True if an entry has room for the commitments of a state. Many sources may take too much.</summary>
    public static bool HasRoom(ReadOnlySpan<byte> state) => new StateReader(state).Count <= Commitments.Most;

    private static Result<RecordContent> Sized(RecordContent content)
    {
        var count = 0;
        long bytes = FrameBytes;
        for (var i = 0; i < content.Attributes.Length; i++)
        {
            if (content.Attributes[i] is { } value)
            {
                count++;
                bytes += 26 + content.Template!.Attributes[i].Code.Length + Encoding.UTF8.GetByteCount(value);
            }
        }
        foreach (var value in content.Values)
        {
            count++;
            bytes += value.MessageLength();
        }
        return count > MaxValues || bytes > MaxMessageBytes ? RecordErrors.TooLarge() : content;
    }
}
