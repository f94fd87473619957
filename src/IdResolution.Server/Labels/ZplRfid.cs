using System.Text;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Labels;

/// <summary>
/// Encodes the identifier to the tag in an RFID label. It goes to the EPC memory of a Gen 2 tag, so that readers see it
/// in a plain inventory: the UTF-8 bytes in hexadecimal (<c>^RFW,H</c>), padded with one zero byte to whole 16-bit
/// words, by bank <c>A</c>, with which the printer sets the length in the protocol control bits too. The length field
/// counts to 31 words (62 bytes); most tags have less (96 or 128 bits are common), and the printer voids the label of a
/// tag that is too small. The data is not a GS1 EPC; a reader that expects one must be told.
/// </summary>
internal static class ZplRfid
{
    /// <summary>
    /// The most bytes that EPC memory can say it holds (EPC Gen 2, protocol control word: 5 bits of length in words).
    /// </summary>
    public const int MaxBytes = 62;

    /// <summary>
    /// The commands, or <see cref="ErrorCode.InvalidValue"/> on <c>rfid</c> for an identifier that is too long.
    /// </summary>
    public static Result<string> Commands(string identifier)
    {
        var bytes = Encoding.UTF8.GetBytes(identifier);
        if (bytes.Length > MaxBytes)
        {
            return Error.Of(
                ErrorCode.InvalidValue,
                $"The identifier has {bytes.Length} bytes of UTF-8; the EPC memory of an RFID tag holds at most "
                    + $"{MaxBytes}.",
                $"标识的 UTF-8 编码为 {bytes.Length} 字节，超过 RFID 标签 EPC 存储区的上限 {MaxBytes} 字节。",
                "rfid"
            );
        }
        var padding = bytes.Length % 2 == 0 ? "" : "00";
        return $"^RS8\n^RFW,H,,,A^FD{Convert.ToHexString(bytes)}{padding}^FS\n";
    }
}
