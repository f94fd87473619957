using System.Buffers;
using Google.Protobuf;
using Grpc.Core;

namespace IdResolution.Server.Grpc;

/// <summary>
/// The answer of <c>ResolveBatch</c>, a <c>ResolveBatchResponse</c> that is written from the bytes kept with records.
/// </summary>
internal sealed class BatchAnswer
{
    // Field 1 of the answer, and both fields of a result, have a length before their bytes.
    private const byte Items = (V1.ResolveBatchResponse.ItemsFieldNumber << 3) | 2;
    private const byte Record = (V1.ResolveResult.RecordFieldNumber << 3) | 2;
    private const byte Error = (V1.ResolveResult.ErrorFieldNumber << 3) | 2;

    private readonly List<(byte Field, byte[] Bytes)> _results;

    /// <param name="results">The number of results that will be added.</param>
    public BatchAnswer(int results) => _results = new(results);

    /// <summary>The length of the message.</summary>
    public int Length { get; private set; }

    /// <summary>The length of a message with one record more.</summary>
    /// <param name="record">The bytes of the message <c>Record</c>.</param>
    public long LengthWith(byte[] record) => Length + Framed(Framed(record.Length));

    /// <summary>Adds the result of an identifier that has a record.</summary>
    /// <param name="record">The bytes of the message <c>Record</c>.</param>
    public void AddRecord(byte[] record) => Add(Record, record);

    /// <summary>Adds the result of an identifier that has none.</summary>
    /// <param name="status">The bytes of the message <c>google.rpc.Status</c>.</param>
    public void AddError(byte[] status) => Add(Error, status);

    /// <summary>Writes the message.</summary>
    public void WriteTo(SerializationContext context)
    {
        context.SetPayloadLength(Length);
        var writer = context.GetBufferWriter();
        foreach (var (field, bytes) in _results)
        {
            Write(writer, Items, Framed(bytes.Length));
            Write(writer, field, bytes.Length);
            writer.Write(bytes);
        }
        context.Complete();
    }

    private void Add(byte field, byte[] bytes)
    {
        _results.Add((field, bytes));
        Length += Framed(Framed(bytes.Length));
    }

    /// <summary>The length of a field with so many bytes: its number, its length, and them.</summary>
    private static int Framed(int length) => 1 + CodedOutputStream.ComputeLengthSize(length) + length;

    private static void Write(IBufferWriter<byte> writer, byte field, int length)
    {
        var span = writer.GetSpan(6);
        span[0] = field;
        var at = 1;
        var left = (uint)length;
        for (; left >= 0x80; left >>= 7)
        {
            span[at++] = (byte)(left | 0x80);
        }
        span[at++] = (byte)left;
        writer.Advance(at);
    }
}
