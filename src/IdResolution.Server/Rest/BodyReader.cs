using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Reads request bodies. Checks size, media type, JSON and shape. Errors of shape name the field.</summary>
internal static class BodyReader
{
    /// <summary>Reads the body as JSON, with the call's limit. The caller disposes the document.</summary>
    public static ValueTask<Result<JsonBody>> ReadAsync(HttpContext context) =>
        ReadAsync(context, BodyLimit.Of(context));

    /// <summary>Reads the body as JSON, with a limit in bytes. The caller disposes the document.</summary>
    public static async ValueTask<Result<JsonBody>> ReadAsync(HttpContext context, int limit)
    {
        if (!IsJson(context.Request.ContentType))
        {
            return Error.Of(
                ErrorCode.UnsupportedMediaType,
                "The body must be JSON: Content-Type: application/json.",
                "请求体应为 JSON：Content-Type: application/json。"
            );
        }
        if (context.Request.Headers.ContentEncoding.Count > 0 && context.Caller().IsAnonymous)
        {
            context.Response.Headers.AcceptEncoding = "identity";
            return Error.Of(
                ErrorCode.UnsupportedMediaType,
                "Compressed bodies are taken from callers with a key alone: send it without Content-Encoding.",
                "仅接受持有密钥的调用方发送压缩的请求体：请勿使用 Content-Encoding。",
                "Content-Encoding"
            );
        }
        return await JsonBody.ReadAsync(context, limit);
    }

    /// <summary>Reads a registration that comes without links and events.</summary>
    public static Result<RegistrationRequest> Registration(JsonElement json)
    {
        var request = Registration(json, out var happened);
        return happened is null
            ? request
            : Shape(
                happened.Links.Count > 0 ? "links" : "events",
                "is taken by POST /api/v1/identifiers alone",
                "仅可用于 POST /api/v1/identifiers"
            );
    }

    /// <summary>Reads a registration: the body of a call, or an item of a batch.</summary>
    /// <param name="json">The body or item.</param>
    /// <param name="happened">Gets the links and events; null where there are none.</param>
    public static Result<RegistrationRequest> Registration(JsonElement json, out ItemRegistration? happened)
    {
        happened = null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            return Shape("", "must be an object", "应为对象");
        }
        var members = new RegistrationMembers();
        var faults = new Faults();
        foreach (var member in json.EnumerateObject())
        {
            members.Take(member, faults);
        }
        var request = members.ToRequest(faults.TryCombine(out var misread) ? misread : null);
        happened = members.Happened(request);
        return request;
    }

    /// <summary>
    /// Reads a merge patch (RFC 7396). Attributes are patched one by one; <c>values</c> is replaced whole.
    /// </summary>
    public static Result<RecordPatch> Patch(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return Shape("", "must be an object", "应为对象");
        }
        List<KeyValuePair<string, InputValue>> attributes = [];
        List<RawValue>? values = null;
        var faults = new Faults();
        foreach (var member in json.EnumerateObject())
        {
            switch (member.Name)
            {
                case "attributes":
                    Take(Attributes(member.Value), ref attributes, faults);
                    break;
                case "values" when member.Value.ValueKind == JsonValueKind.Null:
                    values = [];
                    break;
                case "values":
                    values = [];
                    Take(Values(member.Value), ref values!, faults);
                    break;
                default:
                    faults.Add(
                        Shape(
                            member.Name,
                            "cannot be changed; only attributes and values can",
                            "不可修改；只能修改 attributes 和 values"
                        )
                    );
                    break;
            }
        }
        return new RecordPatch
        {
            Attributes = attributes,
            Values = values,
            Misread = faults.TryCombine(out var misread) ? misread : null,
        };
    }

    /// <summary>Makes an error for a field with the wrong shape. An empty field name means the whole body.</summary>
    public static Error Shape(string field, string en, string zh) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"{(field.Length == 0 ? "The body" : field)} {en}.",
            $"{Core.Primitives.Text.BeforeChinese(field.Length == 0 ? "请求体" : field)}{zh}。",
            field.Length == 0 ? null : field
        );

    /// <summary>Converts any JSON value to the input of an attribute.</summary>
    public static InputValue Input(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return InputValue.OfText(json.GetString()!);
            case JsonValueKind.Number:
                return InputValue.OfNumber(json.GetRawText());
            case JsonValueKind.True or JsonValueKind.False:
                return InputValue.OfBoolean(json.GetBoolean());
            case JsonValueKind.Null:
                return InputValue.Null;
            case JsonValueKind.Array:
                var items = new InputValue[json.GetArrayLength()];
                var i = 0;
                foreach (var item in json.EnumerateArray())
                {
                    items[i++] = item.ValueKind == JsonValueKind.Array ? InputValue.Unsupported : Input(item);
                }
                return InputValue.OfList(items);
            default:
                return InputValue.Unsupported;
        }
    }

    private static bool IsJson(string? contentType)
    {
        if (contentType is null)
        {
            return false;
        }
        var media = contentType.AsSpan();
        var semicolon = media.IndexOf(';');
        media = (semicolon < 0 ? media : media[..semicolon]).Trim();
        return media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || media.Equals("application/merge-patch+json", StringComparison.OrdinalIgnoreCase);
    }

    private static Result<List<KeyValuePair<string, InputValue>>> Attributes(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return new List<KeyValuePair<string, InputValue>>();
        }
        if (json.ValueKind != JsonValueKind.Object)
        {
            return Shape("attributes", "must be an object", "应为对象");
        }
        var attributes = new List<KeyValuePair<string, InputValue>>(8);
        foreach (var member in json.EnumerateObject())
        {
            attributes.Add(new(member.Name, Input(member.Value)));
        }
        return attributes;
    }

    private static Result<List<RawValue>> Values(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return new List<RawValue>();
        }
        if (json.ValueKind != JsonValueKind.Array)
        {
            return Shape("values", "must be a list", "应为列表");
        }
        var values = new List<RawValue>(json.GetArrayLength());
        var faults = new Faults();
        foreach (var item in json.EnumerateArray())
        {
            values.Add(RawValueJson.Read(item, $"values[{values.Count}]", faults));
        }
        return faults.TryCombine(out var error) ? error : values;
    }

    private static Result<List<BusinessKey>> FurtherKeys(JsonElement json)
    {
        var keys = new List<BusinessKey>();
        if (json.ValueKind == JsonValueKind.Null)
        {
            return keys;
        }
        if (json.ValueKind != JsonValueKind.Array)
        {
            return Shape("furtherKeys", "must be a list", "应为列表");
        }
        foreach (var item in json.EnumerateArray())
        {
            var key = TypedBody.Read(item, RestJson.Default.BusinessKeyBody);
            if (!key.TryGet(out var read, out var error))
            {
                return Shape(
                    $"furtherKeys[{keys.Count}]",
                    "must be an object with source and sourceKey",
                    "应为含 source 和 sourceKey 的对象"
                );
            }
            keys.Add(new BusinessKey(read.Source, read.SourceKey));
        }
        return keys;
    }

    private static string? Text(JsonProperty member, Faults faults)
    {
        switch (member.Value.ValueKind)
        {
            case JsonValueKind.String:
                return member.Value.GetString();
            case JsonValueKind.Null:
                return null;
            default:
                faults.Add(Shape(member.Name, "must be text", "应为文本"));
                return null;
        }
    }

    private static bool Flag(JsonProperty member, Faults faults)
    {
        switch (member.Value.ValueKind)
        {
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False or JsonValueKind.Null:
                return false;
            default:
                faults.Add(Shape(member.Name, "must be true or false", "应为 true 或 false"));
                return false;
        }
    }

    private static void Take<T>(Result<T> result, ref T target, Faults faults)
    {
        if (result.TryGet(out var value, out var error))
        {
            target = value;
        }
        else
        {
            faults.Add(error);
        }
    }

    /// <summary>The error for a member that an object does not have.</summary>
    /// <param name="field">The member, by its path.</param>
    /// <param name="known">The members that the object can have.</param>
    public static Error Unknown(string field, IEnumerable<string> known) =>
        Shape(
            field,
            $"is not known here; known are {string.Join(", ", known)}",
            $"不是本接口的字段；可用字段为 {string.Join("、", known)}"
        );

    /// <summary>The members of a registration that were read so far.</summary>
    private struct RegistrationMembers
    {
        private static readonly string[] s_names =
        [
            "template",
            "identifier",
            "source",
            "sourceKey",
            "attributes",
            "values",
            "reinstate",
            "links",
            "events",
        ];

        private string? _template;
        private string? _identifier;
        private string? _source;
        private string? _sourceKey;
        private List<KeyValuePair<string, InputValue>> _attributes = [];
        private List<RawValue> _values = [];
        private List<BusinessKey> _furtherKeys = [];
        private bool _reinstate;
        private List<LinkRequest>? _links;
        private List<EventRequest>? _events;

        public RegistrationMembers() { }

        public void Take(JsonProperty member, Faults faults)
        {
            switch (member.Name)
            {
                case "template":
                    _template = Text(member, faults);
                    break;
                case "identifier":
                    _identifier = Text(member, faults);
                    break;
                case "source":
                    _source = Text(member, faults);
                    break;
                case "sourceKey":
                    _sourceKey = Text(member, faults);
                    break;
                case "attributes":
                    BodyReader.Take(Attributes(member.Value), ref _attributes, faults);
                    break;
                case "values":
                    BodyReader.Take(Values(member.Value), ref _values, faults);
                    break;
                case "reinstate":
                    _reinstate = Flag(member, faults);
                    break;
                case "furtherKeys":
                    BodyReader.Take(FurtherKeys(member.Value), ref _furtherKeys, faults);
                    break;
                case "links":
                    _links = EventBody.All(member, EventBody.Link, faults);
                    break;
                case "events":
                    _events = EventBody.All(member, EventBody.Event, faults);
                    break;
                // What a record answers besides is the node's own: it can be sent back as it came.
                case "version" or "status" or "templateVersion" or "createdAt" or "updatedAt":
                case "differs" or "findings" or "recorded" or "holds":
                    break;
                default:
                    faults.Add(Unknown(member.Name, s_names));
                    break;
            }
        }

        public readonly ItemRegistration? Happened(RegistrationRequest request) =>
            _links is null && _events is null
                ? null
                : new ItemRegistration(request) { Links = _links ?? [], Events = _events ?? [] };

        public readonly RegistrationRequest ToRequest(Error? misread) =>
            new()
            {
                Misread = misread,
                Template = _template,
                Identifier = _identifier,
                Source = _source,
                SourceKey = _sourceKey,
                Attributes = _attributes,
                Values = _values,
                FurtherKeys = _furtherKeys,
                Reinstate = _reinstate,
            };
    }
}
