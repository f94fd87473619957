using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Grpc;

/// <summary>Reads request messages into the types of the core. Each refusal names its field.</summary>
internal static class MessageReader
{
    private const Permissions UsualPermissions =
        Permissions.AdminRead | Permissions.AdminWrite | Permissions.PublicRead;

    /// <summary>Reads an item with its links and events.</summary>
    public static Result<ItemRegistration> Item(V1.RegisterRequest message) =>
        Request(message).TryGet(out var request, out var error) ? Item(request, message.Links, message.Events) : error;

    /// <summary>Adds links and events to an item.</summary>
    public static Result<ItemRegistration> Item(
        RegistrationRequest request,
        IReadOnlyList<V1.ItemLink> links,
        IReadOnlyList<V1.Event> events
    )
    {
        var happened = new List<EventRequest>(events.Count);
        var faults = new Faults();
        for (var i = 0; i < events.Count; i++)
        {
            if (EventReader.Event(events[i]).TryGet(out var one, out var error))
            {
                happened.Add(one);
            }
            else
            {
                faults.Add(ErrorFields.Within(error, $"events[{i}]"));
            }
        }
        return faults.TryCombine(out var all)
            ? all
            : new ItemRegistration(request) { Links = [.. links.Select(EventReader.Link)], Events = happened };
    }

    private static Result<RegistrationRequest> Request(V1.RegisterRequest message)
    {
        var values = Values(message.Values);
        return values.IsOk
            ? new RegistrationRequest
            {
                Template = message.HasTemplate ? message.Template : null,
                Identifier = message.HasIdentifier ? message.Identifier : null,
                Source = message.HasSource ? message.Source : null,
                SourceKey = message.HasSourceKey ? message.SourceKey : null,
                Attributes = Attributes(message.Attributes),
                Values = values.Value,
                FurtherKeys = Keys(message.FurtherKeys),
                Reinstate = message.Reinstate,
            }
            : values.Error;
    }

    /// <summary>The keys of messages; what is missing in one is empty, and refused.</summary>
    public static IReadOnlyList<BusinessKey> Keys(RepeatedField<V1.BusinessKey> messages) =>
        messages.Count == 0 ? [] : [.. messages.Select(key => new BusinessKey(key.Source, key.SourceKey))];

    public static Result<RecordPatch> Patch(V1.UpdateRequest message)
    {
        var attributes = Attributes(message.Attributes);
        if (message.Values is null)
        {
            return new RecordPatch { Attributes = attributes };
        }
        var values = Values(message.Values.Values);
        return values.IsOk ? new RecordPatch { Attributes = attributes, Values = values.Value } : values.Error;
    }

    /// <summary>The error for a field that is needed and not given.</summary>
    public static Error Missing(string field) =>
        Error.Of(ErrorCode.InvalidValue, $"{field} is needed.", $"{field} 为必填项。", field);

    /// <summary>
    /// A number as the shortest text that reads back as the same double. Up to 15 digits, that is what the caller
    /// wrote.
    /// </summary>
    public static InputValue Number(double value) =>
        double.IsFinite(value) ? InputValue.OfNumber(value.ToString("R")) : InputValue.Unsupported;

    public static InputValue List(ListValue list)
    {
        var items = new InputValue[list.Values.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] =
                list.Values[i].KindCase == Value.KindOneofCase.ListValue
                    ? InputValue.Unsupported
                    : Input(list.Values[i]);
        }
        return InputValue.OfList(items);
    }

    public static Result<List<RawValue>> Values(RepeatedField<V1.Value> messages)
    {
        var values = new List<RawValue>(messages.Count);
        foreach (var message in messages)
        {
            if (!Raw(message, $"values[{values.Count}]").TryGet(out var value, out var error))
            {
                return error;
            }
            values.Add(value);
        }
        return values;
    }

    private static Result<RawValue> Raw(V1.Value message, string at)
    {
        if (!message.HasIndex || !message.HasType || !message.HasData)
        {
            return Invalid(at, " needs index, type and data.", " 需要 index、type 和 data。");
        }
        var permissions = UsualPermissions;
        if (message.HasPermissions && !PermissionDigits.TryParse(message.Permissions, out permissions))
        {
            return Invalid(at + ".permissions", " must be four digits 0 or 1.", " 应为四位 0 或 1。");
        }
        if (message.Expires is { } expires && (message.HasTtl || !IsOfSeconds(expires)))
        {
            return Invalid(
                at + ".expires",
                " must be a time between 1970 and 2106, without a ttl beside it.",
                " 应为 1970 至 2106 年间的时间，且不能同时有 ttl。"
            );
        }
        return new RawValue
        {
            Index = message.Index,
            Type = message.Type,
            Data = message.Data.ToByteArray(),
            TtlType = (byte)(message.Expires is null ? 0 : 1),
            Ttl = Ttl(message),
            Permissions = permissions,
            References = [.. message.References.Select(r => new Reference(r.Handle, r.Index))],
        };
    }

    private static bool IsOfSeconds(Timestamp time) => time.Seconds is >= 0 and <= uint.MaxValue;

    /// <summary>Seconds to live; for a value with an expiry time, that time in seconds since 1970.</summary>
    private static int Ttl(V1.Value message)
    {
        if (message.Expires is { } expires)
        {
            return (int)(uint)expires.Seconds;
        }
        return message.HasTtl ? message.Ttl : RawValue.DefaultTtl;
    }

    private static Error Invalid(string field, string en, string zh) =>
        Error.Of(ErrorCode.InvalidValue, field + en, field + zh, field);

    public static List<KeyValuePair<string, InputValue>> Attributes(Struct? attributes)
    {
        var read = new List<KeyValuePair<string, InputValue>>(attributes?.Fields.Count ?? 0);
        if (attributes is not null)
        {
            foreach (var (code, value) in attributes.Fields)
            {
                read.Add(new(code, Input(value)));
            }
        }
        return read;
    }

    private static InputValue Input(Value value) =>
        value.KindCase switch
        {
            Value.KindOneofCase.StringValue => InputValue.OfText(value.StringValue),
            Value.KindOneofCase.NumberValue => Number(value.NumberValue),
            Value.KindOneofCase.BoolValue => InputValue.OfBoolean(value.BoolValue),
            Value.KindOneofCase.NullValue or Value.KindOneofCase.None => InputValue.Null,
            Value.KindOneofCase.ListValue => List(value.ListValue),
            _ => InputValue.Unsupported,
        };
}
