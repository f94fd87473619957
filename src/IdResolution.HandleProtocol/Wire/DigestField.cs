namespace IdResolution.HandleProtocol.Wire;

/// <summary>
/// A digest as a body holds it: one byte for the algorithm, then the raw digest. Before version 2.1 it was an MD5,
/// written as an array; byte 0, which starts the array's length, then marks this old form.
/// </summary>
/// <param name="Algorithm">0 MD5 in the old form, 1 MD5, 2 SHA-1, 3 SHA-256.</param>
/// <param name="Digest">16, 16, 20 or 32 bytes.</param>
public readonly record struct DigestField(byte Algorithm, ReadOnlyMemory<byte> Digest)
{
    /// <summary>An MD5 in the form used before version 2.1: an array, without a byte for the algorithm.</summary>
    public const byte OldMd5 = 0;

    /// <summary>An MD5 of 16 bytes after the algorithm's byte.</summary>
    public const byte Md5 = 1;

    /// <summary>A SHA-1 digest of 20 bytes.</summary>
    public const byte Sha1 = 2;

    /// <summary>A SHA-256 digest of 32 bytes.</summary>
    public const byte Sha256 = 3;

    /// <summary>True for a digest by MD5 or SHA-1.</summary>
    public bool IsWeak => Algorithm != Sha256;

    /// <summary>The length in bytes of an algorithm's digest; 0 if the algorithm is not known.</summary>
    public static int LengthOf(byte algorithm) =>
        algorithm switch
        {
            OldMd5 or Md5 => 16,
            Sha1 => 20,
            Sha256 => 32,
            _ => 0,
        };

    /// <summary>Reads either form; false for an unknown algorithm or a wrong length.</summary>
    public static bool TryRead(ref WireReader reader, out DigestField field)
    {
        field = default;
        var rest = reader.Rest;
        if (rest.IsEmpty)
        {
            return false;
        }
        ReadOnlySpan<byte> digest;
        var length = LengthOf(rest[0]);
        if (
            rest[0] == OldMd5
                ? !reader.TryArray(out digest) || digest.Length != length
                : length == 0 || !reader.TryByte(out _) || !reader.TryBytes(length, out digest)
        )
        {
            return false;
        }
        field = new DigestField(rest[0], digest.ToArray());
        return true;
    }

    /// <summary>Reads the digest of a response. <paramref name="present"/>: the flags say that it has one.</summary>
    internal static bool TryRead(ref WireReader reader, bool present, out DigestField? field)
    {
        field = null;
        if (present)
        {
            if (!TryRead(ref reader, out var read))
            {
                return false;
            }
            field = read;
        }
        return true;
    }

    /// <summary>Writes the digest in the form that <see cref="Algorithm"/> stands for.</summary>
    public void Write(WireWriter writer)
    {
        if (Algorithm == OldMd5)
        {
            writer.Array(Digest.Span);
            return;
        }
        writer.Byte(Algorithm);
        writer.Bytes(Digest.Span);
    }

    /// <summary>True if algorithm and digest are the same, byte for byte.</summary>
    public bool Equals(DigestField other) =>
        Algorithm == other.Algorithm && Digest.Span.SequenceEqual(other.Digest.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Algorithm);
        hash.AddBytes(Digest.Span);
        return hash.ToHashCode();
    }
}
