using System.Runtime.InteropServices;
using System.Text;

namespace IdResolution.Fuzzing.Driver;

/// <summary>Texts out of inputs.</summary>
internal static class TextInput
{
    /// <summary>
    /// The text of an input: UTF-8 after an even byte, UTF-16 after an odd one. In the latter there can be halves of
    /// surrogate pairs.
    /// </summary>
    public static string Of(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return "";
        }
        return (input[0] & 1) == 0
            ? Encoding.UTF8.GetString(input[1..])
            : MemoryMarshal.Cast<byte, char>(input[1..]).ToString();
    }

    /// <summary>An input that is this text.</summary>
    public static byte[] From(string text) => [0, .. Encoding.UTF8.GetBytes(text)];
}
