using System.Text;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Labels;

/// <summary>
/// Makes the commands that write the identifier to the tag in an RFID label. The identifier goes to the EPC memory of a
/// Gen 2 tag, so that readers see it in a plain inventory. It is written as UTF-8 bytes in hexadecimal (<c>^RFW,H</c>),
/// padded with a zero byte to whole 16-bit words. With bank <c>A</c> the printer also sets the length in the protocol
/// control bits. The length field allows 31 words (62 bytes), but most tags hold less, often 96 or 128 bits. If a tag
/// is too small, the printer voids its label. The data is not a GS1 EPC: readers that expect one must be configured.
/// </summary>
internal static class ZplRfid
{
    /// <summary>
    /// The most bytes of EPC memory (EPC Gen 2, protocol control word: 5 bits for the length in words).
    /// </summary>
    public const int MaxBytes = 62;

    /// <summary>
    /// Gives the commands, or <see cref="ErrorCode.InvalidValue"/> on <c>rfid</c> if the identifier is too long.
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
