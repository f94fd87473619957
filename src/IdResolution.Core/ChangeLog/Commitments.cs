using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// Salted hashes of an object's values: <c>SHA-256(0x02 ‖ salt ‖ uint16 length of code ‖ code ‖ canonical value)</c>.
/// They prove a value later. They reveal nothing once value and salt are erased.
/// </summary>
public static class Commitments
{
    /// <summary>The length of one commitment, in bytes.</summary>
    public const int Length = 32;

    // One object per thread, because making one costs a third of a short hash.
    [ThreadStatic]
    private static SHA256? _sha256;

    /// <summary>Computes the commitment to one value.</summary>
    /// <param name="salt">The salt of the value, 16 bytes.</param>
    /// <param name="code">The code of the value in UTF-8, such as <c>a:thickness</c>.</param>
    /// <param name="value">The canonical value.</param>
    /// <param name="destination">Receives the commitment, 32 bytes.</param>
    public static void Compute(
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> code,
        ReadOnlySpan<byte> value,
        Span<byte> destination
    )
    {
        var length = 1 + salt.Length + 2 + code.Length + value.Length;
        var rented = length > 1024 ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> buffer = rented ?? stackalloc byte[1024];
        buffer[0] = 2;
        salt.CopyTo(buffer[1..]);
        var at = 1 + salt.Length;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[at..], (ushort)code.Length);
        code.CopyTo(buffer[(at + 2)..]);
        value.CopyTo(buffer[(at + 2 + code.Length)..]);
        (_sha256 ??= SHA256.Create()).TryComputeHash(buffer[..length], destination, out _);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Computes the commitments to all values of a state, sorted and joined.</summary>
    public static byte[] Of(ReadOnlySpan<byte> state)
    {
        var reader = new StateReader(state);
        var all = new byte[reader.Count * Length];
        var hashes = MemoryMarshal.Cast<byte, Hash>(all.AsSpan());
        for (var i = 0; reader.Read(); i++)
        {
            Compute(reader.Salt, reader.Code, reader.Value, all.AsSpan(i * Length, Length));
        }
        hashes.Sort(static (a, b) => a.CompareTo(in b));
        return all;
    }

    [System.Runtime.CompilerServices.InlineArray(Length)]
    private struct Hash
    {
        private byte _first;

        public readonly int CompareTo(in Hash other) => ((ReadOnlySpan<byte>)this).SequenceCompareTo(other);
    }
}
