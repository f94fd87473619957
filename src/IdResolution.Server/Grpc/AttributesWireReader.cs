using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using IdResolution.Core.Templates;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Reads the <c>Struct</c> of a registration's attributes. If a code comes twice, both are kept, for the core to
/// refuse.
/// </summary>
internal sealed class AttributesWireReader : FieldReader
{
    private const uint Fields = (Struct.FieldsFieldNumber << 3) | LengthDelimited;

    // Most items have no more attributes, so the list seldom grows.
    private const int Expected = 8;

    private readonly EntryReader _entry = new();

    public List<KeyValuePair<string, InputValue>> Attributes { get; } = new(Expected);

    protected override bool Read(uint tag, ref ParseContext input)
    {
        if (tag != Fields)
        {
            return false;
        }
        _entry.Clear();
        input.ReadMessage(_entry);
        Attributes.Add(new(_entry.Code, _entry.Value));
        return true;
    }

    /// <summary>Reads an entry of the map: the code is field 1, the value is field 2.</summary>
    private sealed class EntryReader : FieldReader
    {
        private const uint Key = (1 << 3) | LengthDelimited;
        private const uint Content = (2 << 3) | LengthDelimited;

        private readonly ValueReader _value = new();

        public string Code { get; private set; } = "";

        public InputValue Value => _value.Given;

        public void Clear()
        {
            Code = "";
            _value.Given = InputValue.Null;
        }

        protected override bool Read(uint tag, ref ParseContext input)
        {
            switch (tag)
            {
                case Key:
                    Code = input.ReadString();
                    return true;
                case Content:
                    input.ReadMessage(_value);
                    return true;
                default:
                    return false;
            }
        }
    }

    private sealed class ValueReader : FieldReader
    {
        private const uint Null = (Value.NullValueFieldNumber << 3) | Varint;
        private const uint Number = (Value.NumberValueFieldNumber << 3) | Fixed64;
        private const uint Text = (Value.StringValueFieldNumber << 3) | LengthDelimited;
        private const uint Boolean = (Value.BoolValueFieldNumber << 3) | Varint;
        private const uint Object = (Value.StructValueFieldNumber << 3) | LengthDelimited;
        private const uint List = (Value.ListValueFieldNumber << 3) | LengthDelimited;

        public InputValue Given { get; set; }

        protected override bool Read(uint tag, ref ParseContext input)
        {
            switch (tag)
            {
                case Null:
                    _ = input.ReadEnum();
                    Given = InputValue.Null;
                    return true;
                case Number:
                    Given = MessageReader.Number(input.ReadDouble());
                    return true;
                case Text:
                    Given = InputValue.OfText(input.ReadString());
                    return true;
                case Boolean:
                    Given = InputValue.OfBoolean(input.ReadBool());
                    return true;
                case Object:
                    input.ReadMessage(new Struct());
                    Given = InputValue.Unsupported;
                    return true;
                case List:
                    var list = new ListValue();
                    input.ReadMessage(list);
                    Given = MessageReader.List(list);
                    return true;
                default:
                    return false;
            }
        }
    }
}
