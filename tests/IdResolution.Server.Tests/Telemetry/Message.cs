using System.Buffers.Binary;
using System.Text;

namespace IdResolution.Server.Tests.Telemetry;

/// <summary>A protobuf message read without its schema: fields by number (the protocol's "encoding" page).</summary>
internal sealed class Message
{
    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public Message(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var tag = Varint(ref bytes);
            var (number, content) = (0UL, ReadOnlyMemory<byte>.Empty);
            switch (tag & 7)
            {
                case 0:
                    number = Varint(ref bytes);
                    break;
                case 1:
                    number = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);
                    bytes = bytes[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref bytes);
                    (content, bytes) = (bytes[..length], bytes[length..]);
                    break;
                case 5:
                    number = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span);
                    bytes = bytes[4..];
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7}.");
            }
            _fields.Add(((int)(tag >> 3), number, content));
        }
    }

    public bool Has(int field) => _fields.Exists(f => f.Field == field);

    public IEnumerable<Message> All(int field) =>
        _fields.Where(f => f.Field == field).Select(f => new Message(f.Bytes));

    /// <summary>The messages at the end of a path of repeated fields.</summary>
    public IEnumerable<Message> Path(params int[] fields) =>
        fields.Aggregate<int, IEnumerable<Message>>(
            [this],
            (messages, field) => messages.SelectMany(m => m.All(field))
        );

    public string Text(int field) => Encoding.UTF8.GetString(_fields.FirstOrDefault(f => f.Field == field).Bytes.Span);

    public string Hex(int field) => Convert.ToHexStringLower(_fields.FirstOrDefault(f => f.Field == field).Bytes.Span);

    public long Int(int field) => (long)_fields.FirstOrDefault(f => f.Field == field).Number;

    public double Double(int field) => BitConverter.Int64BitsToDouble(Int(field));

    /// <summary>A list of <c>KeyValue</c> as text.</summary>
    public Dictionary<string, string> Attributes(int field) =>
        All(field).ToDictionary(a => a.Text(1), a => a.All(2).Select(AnyValue).FirstOrDefault(""));

    private static string AnyValue(Message value) =>
        value.Has(1) ? value.Text(1)
        : value.Has(4) ? value.Double(4).ToString()
        : value.Int(value.Has(2) ? 2 : 3).ToString();

    private static ulong Varint(ref ReadOnlyMemory<byte> bytes)
    {
        var result = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var b = bytes.Span[0];
            bytes = bytes[1..];
            result |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return result;
            }
        }
    }
}
