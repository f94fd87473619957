using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>
/// The checked content of a record: canonical attribute values by position in the template, and raw values by index.
/// </summary>
internal sealed class RecordContent
{
    public const int MaxValues = 2_048;
    public const int MaxMessageBytes = 262_144;

    // The largest Handle message frame around the values, with the rendered ones (URL, HS_ADMIN, template): envelope,
    // header, handle.
    private const int FrameBytes = 2_048;

    private RecordContent(Template? template, string?[] attributes, RawValue[] values)
    {
        Template = template;
        Attributes = attributes;
        Values = values;
    }

    public Template? Template { get; }

    /// <summary>In the order of the template's attributes; null where absent.</summary>
    public string?[] Attributes { get; }

    /// <summary>Ascending by index; secrets in their plain form until <see cref="Seal"/>.</summary>
    public RawValue[] Values { get; }

    /// <summary>Checks a registration's values; every fault is reported.</summary>
    public static Result<RecordContent> Check(
        Template? template,
        IReadOnlyList<KeyValuePair<string, InputValue>> attributes,
        IReadOnlyList<RawValue> values,
        bool checkRequired = true
    )
    {
        List<Error>? errors = null;
        var canonical = template is null ? [] : new string?[template.Attributes.Count];
        SetAttributes(template, attributes, canonical, ref errors);
        if (checkRequired && template is not null)
        {
            for (var i = 0; i < canonical.Length; i++)
            {
                if (
                    template.Attributes[i] is { Required: true, State: AttributeState.Active } attribute
                    && canonical[i] is null
                    && !Mentioned(errors, attribute.Code)
                )
                {
                    (errors ??= []).Add(Missing(attribute));
                }
            }
        }
        var sorted = CheckValues(template, values, ref errors);
        return errors is null ? Sized(new RecordContent(template, canonical, sorted)) : Error.Combine(errors);
    }

    /// <summary>Applies changes; a required attribute cannot be removed, one that was erased may stay away.</summary>
    public Result<RecordContent> With(RecordPatch patch)
    {
        List<Error>? errors = null;
        var values = patch.Values is null ? Values : CheckValues(Template, patch.Values, ref errors);
        return With(patch.Attributes, values, errors);
    }

    /// <summary>
    /// The same for raw values that are checked already, ascending by index, with the faults found so far.
    /// </summary>
    public Result<RecordContent> With(
        IReadOnlyList<KeyValuePair<string, InputValue>> given,
        RawValue[] values,
        List<Error>? errors
    )
    {
        var attributes = (string?[])Attributes.Clone();
        SetAttributes(Template, given, attributes, ref errors);
        for (var i = 0; i < attributes.Length; i++)
        {
            if (
                Attributes[i] is not null
                && attributes[i] is null
                && Template!.Attributes[i] is { Required: true, State: AttributeState.Active } attribute
                && !Mentioned(errors, attribute.Code)
            )
            {
                (errors ??= []).Add(Missing(attribute));
            }
        }
        return errors is null ? Sized(new RecordContent(Template, attributes, values)) : Error.Combine(errors);
    }

    /// <summary>The content of a stored record, whatever its template's rules say.</summary>
    public static RecordContent Of(Template? template, StoredRecord record)
    {
        var attributes = template is null ? [] : new string?[template.Attributes.Count];
        var values = new List<RawValue>();
        var reader = new StateReader(record.State);
        while (reader.Read())
        {
            if (reader.Code.StartsWith("a:"u8))
            {
                if (
                    template is not null
                    && template.PositionOf(Encoding.UTF8.GetString(reader.Code[2..])) is var position and >= 0
                )
                {
                    attributes[position] = Encoding.UTF8.GetString(reader.Value);
                }
            }
            else if (
                reader.Code.StartsWith("v:"u8)
                && RawValue.TryDecode(int.Parse(reader.Code[2..]), reader.Value, out var value)
            )
            {
                values.Add(value);
            }
        }
        return new RecordContent(template, attributes, [.. values]);
    }

    /// <summary>
    /// The same with secrets encrypted, as they are stored; one that is as before keeps the bytes it has.
    /// </summary>
    public RecordContent Seal(NodeSecrets secrets, RecordContent? previous = null) =>
        Array.Exists(Values, v => v.IsSecret)
            ? new RecordContent(
                Template,
                Attributes,
                Array.ConvertAll(Values, v => v.IsSecret ? Sealed(v, secrets, previous) : v)
            )
            : this;

    public bool SameAs(RecordContent other)
    {
        if (
            !ReferenceEquals(Template, other.Template)
            || !Attributes.AsSpan().SequenceEqual(other.Attributes)
            || Values.Length != other.Values.Length
        )
        {
            return false;
        }
        for (var i = 0; i < Values.Length; i++)
        {
            if (
                Values[i].Index != other.Values[i].Index
                || !Values[i].Encode().AsSpan().SequenceEqual(other.Values[i].Encode())
            )
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>
    /// The digest that makes a registration recognisable: over template code, identifier if given (folded), attributes
    /// by code and raw values by index, each preceded by its length. The template's version is no part of it.
    /// </summary>
    public byte[] Digest(NodeSecrets secrets, LookupKey? givenIdentifier)
    {
        var form = new ArrayBufferWriter<byte>(512);
        Append(form, Template?.Code ?? "");
        Append(form, givenIdentifier?.Bytes ?? []);
        if (Template is not null)
        {
            foreach (var position in Template.PositionsByCode)
            {
                if (Attributes[position] is { } value)
                {
                    Append(form, Template.Attributes[position].Code);
                    Append(form, value);
                }
            }
        }
        Append(form, []);
        foreach (var value in Values)
        {
            BinaryPrimitives.WriteInt32BigEndian(form.GetSpan(4), value.Index);
            form.Advance(4);
            Append(form, value.Encode());
        }
        return secrets.Digest(form.WrittenSpan);
    }

    public byte[] ToState(string identifier, RecordStatus status, string? source, string? sourceKey)
    {
        var state = new StateWriter();
        state.Add(StateCodes.Identifier, identifier);
        if (Template is not null)
        {
            state.Add(StateCodes.Template, Template.Reference);
        }
        state.Add(StateCodes.Status, status == RecordStatus.Active ? "active"u8 : "revoked"u8);
        if (source is not null)
        {
            state.Add(StateCodes.Source, source);
        }
        if (sourceKey is not null)
        {
            state.Add(StateCodes.SourceKey, sourceKey);
        }
        for (var i = 0; i < Attributes.Length; i++)
        {
            if (Attributes[i] is { } value)
            {
                state.Add(Template!.StateCodes[i], value);
            }
        }
        foreach (var value in Values)
        {
            state.Add(StateCodes.ValuePrefix + value.Index, value.Encode());
        }
        return state.ToState();
    }

    public List<SearchEntry> SearchEntries()
    {
        var entries = new List<SearchEntry>(4);
        for (var i = 0; i < Attributes.Length; i++)
        {
            if (
                Attributes[i] is { } value
                && Template!.Attributes[i] is { Searchable: true, State: AttributeState.Active } attribute
            )
            {
                if (!attribute.Repeated)
                {
                    entries.Add(new SearchEntry(attribute.Index, ValueCodec.SearchText(attribute, value)));
                    continue;
                }
                foreach (var item in ValueCodec.Items(attribute, value))
                {
                    var entry = new SearchEntry(attribute.Index, ValueCodec.SearchText(attribute, item));
                    if (!entries.Contains(entry))
                    {
                        entries.Add(entry);
                    }
                }
            }
        }
        return entries;
    }

    public IReadOnlyList<UniqueEntry> UniqueEntries()
    {
        List<UniqueEntry>? entries = null;
        for (var i = 0; i < Attributes.Length; i++)
        {
            if (Attributes[i] is { } value && Template!.Attributes[i] is { Unique: true } attribute)
            {
                (entries ??= []).Add(
                    new UniqueEntry(attribute.Index, attribute.Code, SHA256.HashData(Encoding.UTF8.GetBytes(value)))
                );
            }
        }
        return entries ?? (IReadOnlyList<UniqueEntry>)[];
    }

    private static RawValue Sealed(RawValue value, NodeSecrets secrets, RecordContent? previous)
    {
        var before = previous is null ? null : Array.Find(previous.Values, v => v.Index == value.Index && v.IsSecret);
        return ReferenceEquals(value, before)
            ? value
            : value with
            {
                Data =
                    before is not null
                    && CryptographicOperations.FixedTimeEquals(secrets.Decrypt(before.Data), value.Data)
                        ? before.Data
                        : secrets.Encrypt(value.Data),
            };
    }

    private static void SetAttributes(
        Template? template,
        IReadOnlyList<KeyValuePair<string, InputValue>> given,
        string?[] attributes,
        ref List<Error>? errors
    )
    {
        HashSet<int>? seen = null;
        for (var i = 0; i < given.Count; i++)
        {
            var (code, input) = given[i];
            var position = template?.PositionOf(code) ?? -1;
            if (position < 0 || template!.Attributes[position].State == AttributeState.Disabled)
            {
                (errors ??= []).Add(
                    template is null
                        ? Error.Of(
                            ErrorCode.InvalidValue,
                            $"{code}: a record without template has no attributes; use values.",
                            $"{code}：无模板的记录没有属性，请使用 values。",
                            "attributes." + code
                        )
                        : Error.Of(
                            ErrorCode.InvalidValue,
                            $"{code} is not an attribute of template {template.Code}.",
                            $"模板 {template.Code} 没有属性 {code}。",
                            "attributes." + code
                        )
                );
                continue;
            }
            if (given.Count > 1 && !(seen ??= new HashSet<int>(given.Count)).Add(position))
            {
                (errors ??= []).Add(
                    Error.Of(ErrorCode.InvalidValue, $"{code} is given twice.", $"{code} 重复。", "attributes." + code)
                );
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
                (errors ??= []).Add(error);
            }
        }
    }

    private static RawValue[] CheckValues(Template? template, IReadOnlyList<RawValue> values, ref List<Error>? errors)
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
            CheckValue(template, value, field, ref errors);
            if (!indexes.Add(value.Index))
            {
                Add(ref errors, field + ".index", "is used twice", "重复");
            }
        }
        Array.Sort(sorted, static (a, b) => a.Index.CompareTo(b.Index));
        return sorted;
    }

    /// <summary>Checks one raw value, whose faults are named after <paramref name="field"/>.</summary>
    public static void CheckValue(Template? template, RawValue value, string field, ref List<Error>? errors)
    {
        if (
            value.Index < 1
            || (template is not null && (ValueIndex.IsOfTemplate(value.Index) || template.HasIndex(value.Index)))
        )
        {
            Add(
                ref errors,
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
            Add(ref errors, field + ".type", "must be 1 to 255 bytes of text", "应为 1 至 255 字节的文本");
        }
        // An absolute time is unsigned: from 2038 on its sign bit is set.
        if (value.TtlType != 1 && value.Ttl < 0)
        {
            Add(ref errors, field + ".ttl", "must be 0 or more seconds", "应为不小于 0 的秒数");
        }
        if (value.TtlType > 1)
        {
            Add(ref errors, field + ".ttlType", "must be 0 (relative) or 1 (absolute)", "应为 0（相对）或 1（绝对）");
        }
        foreach (var reference in value.References)
        {
            if (reference.Index < 0 || !Identifier.TryParse(reference.Handle, out _))
            {
                Add(
                    ref errors,
                    field + ".references",
                    "must be handles with an index of 0 or more",
                    "应为标识及不小于 0 的索引"
                );
            }
        }
    }

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
        return count > MaxValues - 4 || bytes > MaxMessageBytes
            ? Error.Of(
                ErrorCode.TooLarge,
                $"A record has at most {MaxValues} values that fit a Handle message of {MaxMessageBytes} bytes.",
                $"一条记录最多 {MaxValues} 个值，且不超过 {MaxMessageBytes} 字节的 Handle 消息。",
                "attributes"
            )
            : content;
    }

    private static bool Mentioned(List<Error>? errors, string code)
    {
        foreach (var error in errors ?? [])
        {
            if (
                error.Field is { } field
                && field.Length == 11 + code.Length
                && field.EndsWith(code, StringComparison.Ordinal)
            )
            {
                return true;
            }
        }
        return false;
    }

    private static Error Missing(AttributeDefinition attribute) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"{attribute.Code} is required.",
            $"{attribute.Names?.Zh ?? attribute.Code}为必填项。",
            "attributes." + attribute.Code
        );

    /// <summary>Adds a fault of a field.</summary>
    public static void Add(ref List<Error>? errors, string field, string en, string zh) =>
        (errors ??= []).Add(Error.Of(ErrorCode.InvalidValue, $"{field} {en}.", $"{field} {zh}。", field));

    private static void Append(ArrayBufferWriter<byte> form, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var span = form.GetSpan(4 + length);
        BinaryPrimitives.WriteInt32BigEndian(span, length);
        Encoding.UTF8.GetBytes(text, span[4..]);
        form.Advance(4 + length);
    }

    private static void Append(ArrayBufferWriter<byte> form, ReadOnlySpan<byte> bytes)
    {
        var span = form.GetSpan(4 + bytes.Length);
        BinaryPrimitives.WriteInt32BigEndian(span, bytes.Length);
        bytes.CopyTo(span[4..]);
        form.Advance(4 + bytes.Length);
    }
}
