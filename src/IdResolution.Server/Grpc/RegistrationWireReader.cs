using Google.Protobuf;
using Google.Protobuf.Collections;
using IdResolution.Core.Errors;
using IdResolution.Core.Registration;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Reads a <c>RegisterRequest</c> directly into the types of the core. A stream may bring millions of items, and the
/// objects of a generated <c>Struct</c>, its map and values, cost several times as much as what is read from them.
/// </summary>
internal sealed class RegistrationWireReader : FieldReader
{
    private const uint Template = (V1.RegisterRequest.TemplateFieldNumber << 3) | LengthDelimited;
    private const uint Identifier = (V1.RegisterRequest.IdentifierFieldNumber << 3) | LengthDelimited;
    private const uint Source = (V1.RegisterRequest.SourceFieldNumber << 3) | LengthDelimited;
    private const uint SourceKey = (V1.RegisterRequest.SourceKeyFieldNumber << 3) | LengthDelimited;
    private const uint Attributes = (V1.RegisterRequest.AttributesFieldNumber << 3) | LengthDelimited;
    private const uint Values = (V1.RegisterRequest.ValuesFieldNumber << 3) | LengthDelimited;
    private const uint Reinstate = (V1.RegisterRequest.ReinstateFieldNumber << 3) | Varint;

    private const uint FurtherKeys = (V1.RegisterRequest.FurtherKeysFieldNumber << 3) | LengthDelimited;

    private const uint Links = (V1.RegisterRequest.LinksFieldNumber << 3) | LengthDelimited;
    private const uint Events = (V1.RegisterRequest.EventsFieldNumber << 3) | LengthDelimited;

    private readonly AttributesWireReader _attributes = new();
    private List<V1.ItemLink>? _links;
    private List<V1.Event>? _events;
    private RepeatedField<V1.Value>? _values;
    private RepeatedField<V1.BusinessKey>? _furtherKeys;
    private string? _template;
    private string? _identifier;
    private string? _source;
    private string? _sourceKey;
    private bool _reinstate;

    /// <summary>The number of links and events.</summary>
    public int Happened => (_links?.Count ?? 0) + (_events?.Count ?? 0);

    /// <summary>The item; an error if one of its values or events is not valid.</summary>
    public Result<ItemRegistration> ToItem()
    {
        if (!ToRequest().TryGet(out var request, out var error))
        {
            return error;
        }
        return Happened == 0 ? new ItemRegistration(request) : MessageReader.Item(request, _links ?? [], _events ?? []);
    }

    private Result<RegistrationRequest> ToRequest()
    {
        var request = new RegistrationRequest
        {
            Template = _template,
            Identifier = _identifier,
            Source = _source,
            SourceKey = _sourceKey,
            Attributes = _attributes.Attributes,
            FurtherKeys = _furtherKeys is null ? [] : MessageReader.Keys(_furtherKeys),
            Reinstate = _reinstate,
        };
        if (_values is null)
        {
            return request;
        }
        var values = MessageReader.Values(_values);
        return values.IsOk ? request with { Values = values.Value } : values.Error;
    }

    protected override bool Read(uint tag, ref ParseContext input)
    {
        switch (tag)
        {
            case Template:
                _template = input.ReadString();
                return true;
            case Identifier:
                _identifier = input.ReadString();
                return true;
            case Source:
                _source = input.ReadString();
                return true;
            case SourceKey:
                _sourceKey = input.ReadString();
                return true;
            case Attributes:
                input.ReadMessage(_attributes);
                return true;
            case Values:
                var value = new V1.Value();
                input.ReadMessage(value);
                (_values ??= []).Add(value);
                return true;
            case FurtherKeys:
                var key = new V1.BusinessKey();
                input.ReadMessage(key);
                (_furtherKeys ??= []).Add(key);
                return true;
            case Links:
                var link = new V1.ItemLink();
                input.ReadMessage(link);
                (_links ??= []).Add(link);
                return true;
            case Events:
                var happened = new V1.Event();
                input.ReadMessage(happened);
                (_events ??= []).Add(happened);
                return true;
            case Reinstate:
                _reinstate = input.ReadBool();
                return true;
            default:
                return false;
        }
    }
}
