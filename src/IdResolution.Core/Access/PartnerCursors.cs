using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Access;

/// <summary>
/// Turns numbers of the store, where a partner goes on reading, into numbers that do not tell how much there is that it
/// does not see. Other callers have the numbers as they are. Thread-safe.
/// </summary>
public sealed class PartnerCursors(NodeSecrets secrets)
{
    // Below 2^53, so that every reader of JSON keeps them.
    private const int HalfBits = 26;
    private const int Rounds = 8;
    private const long Bound = 1L << (2 * HalfBits);
    private const uint Mask = (1 << HalfBits) - 1;

    private const int MostSealed = 1_024;

    private readonly byte[] _key = secrets.KeyFor("partner cursors");

    /// <summary>The number as the caller is told it; 0, the beginning, is as it is.</summary>
    public long Close(long number, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.Partner is null || number is <= 0 or >= Bound ? number : Permute(number, KeyOf(caller), 0, 1);
    }

    /// <summary>The number that the caller was told as it is in the store.</summary>
    public long Open(long number, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.Partner is null || number is <= 0 or >= Bound
            ? number
            : Permute(number, KeyOf(caller), Rounds - 1, -1);
    }

    /// <summary>A cursor of the change log as the caller is told it.</summary>
    public LogCursor Close(LogCursor cursor, Caller caller) =>
        cursor with
        {
            Sequence = Close(cursor.Sequence, caller),
        };

    /// <summary>A cursor of the change log that the caller was told, as the log has it.</summary>
    public LogCursor Open(LogCursor cursor, Caller caller) => cursor with { Sequence = Open(cursor.Sequence, caller) };

    /// <summary>A cursor of several numbers as a text that tells nothing, for the caller alone.</summary>
    internal string Seal(ReadOnlySpan<byte> cursor, string purpose, Caller caller) =>
        Base64Url.EncodeToString(Sealing.Encrypt(_key, cursor, BoundTo(purpose, caller)));

    /// <summary>Reads such a text; null where it was not told to this caller for this.</summary>
    internal byte[]? Unseal(string text, string purpose, Caller caller)
    {
        if (text.Length > MostSealed || !Base64Url.IsValid(text))
        {
            return null;
        }
        try
        {
            return Sealing.Decrypt(_key, Base64Url.DecodeFromChars(text), BoundTo(purpose, caller));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static byte[] BoundTo(string purpose, Caller caller) =>
        Encoding.UTF8.GetBytes($"{purpose} {caller.Partner}");

    private byte[] KeyOf(Caller caller) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(caller.Partner!));

    /// <summary>A Feistel network over the halves: going through its rounds backward undoes it.</summary>
    private static long Permute(long number, byte[] key, int first, int step)
    {
        var (left, right) = ((uint)(number >> HalfBits), (uint)number & Mask);
        Span<byte> input = stackalloc byte[5];
        Span<byte> output = stackalloc byte[HMACSHA256.HashSizeInBytes];
        for (var (round, done) = (first, 0); done < Rounds; round += step, done++)
        {
            input[0] = (byte)round;
            BinaryPrimitives.WriteUInt32BigEndian(input[1..], right);
            HMACSHA256.HashData(key, input, output);
            (left, right) = (right, (left ^ BinaryPrimitives.ReadUInt32BigEndian(output)) & Mask);
        }
        // The halves change places at the end, so that both directions are the same.
        return ((long)right << HalfBits) | left;
    }
}
