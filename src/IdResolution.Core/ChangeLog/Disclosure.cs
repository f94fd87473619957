using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// Writes the JSON that shows one value of a state (RFC 9901 §4.2): <c>[salt, code, value]</c>, or <c>[salt, value]</c>
/// for an element of a list. Without white space; strings have the escapes of RFC 8785 §3.2.2.2 and no others.
/// </summary>
internal static class Disclosure
{
    // A salt of 16 bytes in base64url without padding.
    private const int SaltText = 22;

    // {"...":"43 characters"},
    private const int DigestItem = 54;

    private static readonly SearchValues<byte> s_escaped = SearchValues.Create([
        (byte)'"',
        (byte)'\\',
        .. Enumerable.Range(0, 0x20).Select(c => (byte)c),
    ]);

    /// <summary>The greatest length that the JSON of a value may have.</summary>
    public static int MaxLength(ReadOnlySpan<byte> code, StateForm form, ReadOnlySpan<byte> value) =>
        SaltText
        + 16
        + MaxText(code)
        + form switch
        {
            StateForm.Text => MaxText(value),
            StateForm.Json => value.Length,
            StateForm.Bytes => Base64Url.GetEncodedLength(value.Length),
            _ => new StateList(value).Count * DigestItem,
        };

    /// <summary>Writes the disclosure of an entry. Returns its length.</summary>
    public static int Write(
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> code,
        StateForm form,
        ReadOnlySpan<byte> value,
        Span<byte> to
    )
    {
        var at = 0;
        to[at++] = (byte)'[';
        WriteBytes(salt, to, ref at);
        to[at++] = (byte)',';
        WriteText(code, to, ref at);
        to[at++] = (byte)',';
        WriteValue(form, value, to, ref at);
        to[at++] = (byte)']';
        return at;
    }

    /// <summary>Writes the disclosure of an element of a list. Returns its length.</summary>
    private static int WriteElement(in StateList element, Span<byte> to)
    {
        var at = 0;
        to[at++] = (byte)'[';
        WriteBytes(element.Salt, to, ref at);
        to[at++] = (byte)',';
        WriteValue(element.Form, element.Value, to, ref at);
        to[at++] = (byte)']';
        return at;
    }

    private static void WriteValue(StateForm form, ReadOnlySpan<byte> value, Span<byte> to, ref int at)
    {
        switch (form)
        {
            case StateForm.Text:
                WriteText(value, to, ref at);
                break;
            case StateForm.Json:
                value.CopyTo(to[at..]);
                at += value.Length;
                break;
            case StateForm.Bytes:
                WriteBytes(value, to, ref at);
                break;
            case StateForm.List:
                WriteList(value, to, ref at);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static void WriteList(ReadOnlySpan<byte> value, Span<byte> to, ref int at)
    {
        Span<byte> digest = stackalloc byte[Commitments.Length];
        var list = new StateList(value);
        to[at++] = (byte)'[';
        for (var i = 0; list.Read(); i++)
        {
            if (i > 0)
            {
                to[at++] = (byte)',';
            }
            "{\"...\":"u8.CopyTo(to[at..]);
            at += 7;
            if (list.IsErased)
            {
                WriteBytes(
                    list.Value.Length == Commitments.Length
                        ? list.Value
                        : throw new InvalidDataException("The stored state has an erased value that is no digest."),
                    to,
                    ref at
                );
            }
            else
            {
                DigestOf(in list, digest);
                WriteBytes(digest, to, ref at);
            }
            to[at++] = (byte)'}';
        }
        to[at++] = (byte)']';
    }

    /// <summary>The digest by which a list commits to an element.</summary>
    public static void DigestOf(in StateList element, Span<byte> digest)
    {
        var most = MaxLength([], element.Form, element.Value);
        var rented = most > 1024 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> json = rented ?? stackalloc byte[1024];
        Commitments.Digest(json[..WriteElement(in element, json)], digest);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static int MaxText(ReadOnlySpan<byte> text) =>
        2 + (text.ContainsAny(s_escaped) ? 6 * text.Length : text.Length);

    private static void WriteBytes(ReadOnlySpan<byte> bytes, Span<byte> to, ref int at)
    {
        to[at++] = (byte)'"';
        at += Base64Url.EncodeToUtf8(bytes, to[at..]);
        to[at++] = (byte)'"';
    }

    private static void WriteText(ReadOnlySpan<byte> text, Span<byte> to, ref int at)
    {
        to[at++] = (byte)'"';
        while (text.IndexOfAny(s_escaped) is >= 0 and var plain)
        {
            text[..plain].CopyTo(to[at..]);
            at += plain;
            WriteEscape(text[plain], to, ref at);
            text = text[(plain + 1)..];
        }
        text.CopyTo(to[at..]);
        at += text.Length;
        to[at++] = (byte)'"';
    }

    private static void WriteEscape(byte c, Span<byte> to, ref int at)
    {
        var letter = c switch
        {
            (byte)'\b' => (byte)'b',
            (byte)'\t' => (byte)'t',
            (byte)'\n' => (byte)'n',
            (byte)'\f' => (byte)'f',
            (byte)'\r' => (byte)'r',
            >= 0x20 => c,
            _ => (byte)'u',
        };
        to[at++] = (byte)'\\';
        to[at++] = letter;
        if (letter == (byte)'u')
        {
            "00"u8.CopyTo(to[at..]);
            to[at + 2] = HexDigit(c >> 4);
            to[at + 3] = HexDigit(c & 15);
            at += 4;
        }
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
