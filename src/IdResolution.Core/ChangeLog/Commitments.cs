using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// Commitments to an object's values. A commitment is the digest of a disclosure as in RFC 9901 §4.2.3:
/// <c>SHA-256(ASCII(base64url(UTF-8 of [salt, code, value])))</c>. It proves a value later. It reveals nothing once
/// value and salt are erased.
/// </summary>
public static class Commitments
{
    /// <summary>The length of one commitment, in bytes.</summary>
    public const int Length = 32;

    /// <summary>The most commitments of one entry, so that its body has at most 65,535 bytes.</summary>
    public const int Most = 2_046;

    // Enough for most values, as JSON and in base64url.
    private const int OnStack = 1024;

    // One object per thread, because making one costs a third of a short hash.
    [ThreadStatic]
    private static SHA256? _sha256;

    /// <summary>Computes the commitment to one value.</summary>
    /// <param name="salt">The salt of the value, 16 bytes.</param>
    /// <param name="code">The code of the value in UTF-8, such as <c>a:thickness</c>.</param>
    /// <param name="form">The form of the value.</param>
    /// <param name="value">The value as the state holds it.</param>
    /// <param name="destination">Receives the commitment, 32 bytes.</param>
    /// <exception cref="InvalidDataException">The value is of form list and cut short.</exception>
    public static void Compute(
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> code,
        StateForm form,
        ReadOnlySpan<byte> value,
        Span<byte> destination
    )
    {
        var most = Disclosure.MaxLength(code, form, value);
        var rented = most > OnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> json = rented ?? stackalloc byte[OnStack];
        Digest(json[..Disclosure.Write(salt, code, form, value, json)], destination);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>The digest of a disclosure: the hash of its base64url.</summary>
    internal static void Digest(ReadOnlySpan<byte> disclosure, Span<byte> destination)
    {
        var length = Base64Url.GetEncodedLength(disclosure.Length);
        var rented = length > 2 * OnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> text = rented ?? stackalloc byte[2 * OnStack];
        Base64Url.EncodeToUtf8(disclosure, text);
        (_sha256 ??= SHA256.Create()).TryComputeHash(text[..length], destination, out _);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Computes the commitments to all values of a state, sorted and joined.</summary>
    public static byte[] Of(ReadOnlySpan<byte> state)
    {
        var all = new byte[new StateReader(state).Count * Length];
        Fill(state, all);
        Sort(all);
        return all;
    }

    /// <summary>Computes the commitments to all values of a state, in its order.</summary>
    public static void Fill(ReadOnlySpan<byte> state, Span<byte> to)
    {
        var reader = new StateReader(state);
        for (var i = 0; reader.Read(); i++)
        {
            Compute(reader.Salt, reader.Code, reader.Form, reader.Value, to.Slice(i * Length, Length));
        }
    }

    /// <summary>Sorts joined commitments, ascending as bytes.</summary>
    public static void Sort(Span<byte> commitments) =>
        MemoryMarshal.Cast<byte, Hash>(commitments).Sort(static (a, b) => a.CompareTo(in b));

    [System.Runtime.CompilerServices.InlineArray(Length)]
    private struct Hash
    {
        private byte _first;

        public readonly int CompareTo(in Hash other) => ((ReadOnlySpan<byte>)this).SequenceCompareTo(other);
    }
}
