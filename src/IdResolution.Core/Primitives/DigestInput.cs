using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace IdResolution.Core.Primitives;

/// <summary>
/// What a digest is computed of: parts, each preceded by its length (u32). A thread uses its bytes again, so the digest
/// is computed before the next <see cref="New"/>. Not thread-safe.
/// </summary>
internal sealed class DigestInput
{
    // What a thread keeps; one large record must not cost its memory for ever.
    private const int MostKept = 16_384;

    [ThreadStatic]
    private static DigestInput? _ofThread;

    private readonly ArrayBufferWriter<byte> _bytes = new(1024);

    private DigestInput() { }

    /// <summary>All parts so far.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>An empty input, which the thread's one before becomes.</summary>
    public static DigestInput New()
    {
        if (_ofThread is not { } input || input._bytes.Capacity > MostKept)
        {
            return _ofThread = new DigestInput();
        }
        input._bytes.ResetWrittenCount();
        return input;
    }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Part(bytes.Length));

    /// <summary>Adds a text in UTF-8; an empty one for null.</summary>
    public void Add(string? text) => Encoding.UTF8.GetBytes(text ?? "", Part(Encoding.UTF8.GetByteCount(text ?? "")));

    /// <summary>Adds a number, without a length.</summary>
    public void AddNumber(int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(sizeof(int)), number);
        _bytes.Advance(sizeof(int));
    }

    private Span<byte> Part(int length)
    {
        AddNumber(length);
        var part = _bytes.GetSpan(length)[..length];
        _bytes.Advance(length);
        return part;
    }
}
