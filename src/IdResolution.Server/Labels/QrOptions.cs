using System.Text;
using IdResolution.Core.Errors;
using QRCoder.Exceptions;

namespace IdResolution.Server.Labels;

/// <summary>
/// What a QR code says and how it is drawn. <see cref="Parse"/> makes only options that fit a QR code.
/// </summary>
/// <param name="Content">The text, as a rule a URL.</param>
internal sealed record QrOptions(string Content)
{
    /// <summary>The smallest <see cref="Size"/>.</summary>
    public const int MinSize = 64;

    /// <summary>The largest <see cref="Size"/>.</summary>
    public const int MaxSize = 2048;

    /// <summary>The widest <see cref="QuietZone"/>.</summary>
    public const int MaxQuietZone = 16;

    // Bytes that fit version 40 in byte mode, less 2 for the ECI header; other modes hold more (ISO/IEC 18004 table 7).
    private static readonly int[] s_surelyFits = [2951, 2329, 1661, 1271];

    // Digits that fit version 40 at level L: nothing longer fits in any way.
    private const int NeverFits = 7089;

    /// <summary>
    /// The width and height of the whole image in pixels, 64 to 2048. A PNG is as near to it as whole pixels per module
    /// allow.
    /// </summary>
    public int Size { get; init; } = 256;

    /// <summary>The level of error correction.</summary>
    public ErrorCorrection ErrorCorrection { get; init; } = ErrorCorrection.M;

    /// <summary>The white border in modules, 0 to 16; the standard asks for 4.</summary>
    public int QuietZone { get; init; } = 4;

    /// <summary>Reads options from a query; null or empty settings take their defaults.</summary>
    /// <returns>The options; <see cref="ErrorCode.InvalidValue"/> naming <c>content</c>, <c>size</c>, <c>ecc</c> or
    /// <c>quietZone</c>; or <see cref="ErrorCode.TooLarge"/> when the content does not fit a QR code at that
    /// level.</returns>
    public static Result<QrOptions> Parse(string content, string? size, string? ecc, string? quietZone)
    {
        ArgumentNullException.ThrowIfNull(content);
        var reader = new QueryReader();
        if (content.Length == 0)
        {
            reader.Refuse("content", "The content of the QR code is empty.", "二维码内容为空。");
        }
        var options = new QrOptions(content)
        {
            Size = reader.Integer("size", size, 256, MinSize, MaxSize),
            ErrorCorrection = reader.Choice(
                "ecc",
                ecc,
                ErrorCorrection.M,
                ("L", ErrorCorrection.L),
                ("M", ErrorCorrection.M),
                ("Q", ErrorCorrection.Q),
                ("H", ErrorCorrection.H)
            ),
            QuietZone = reader.Integer("quietZone", quietZone, 4, 0, MaxQuietZone),
        };
        if (reader.Error is { } error)
        {
            return error;
        }
        return Fits(options)
            ? options
            : Error.Of(
                ErrorCode.TooLarge,
                $"The content is too long for a QR code with error correction {options.ErrorCorrection}.",
                $"内容过长，纠错等级 {options.ErrorCorrection} 的二维码容纳不下。",
                "content"
            );
    }

    private static bool Fits(QrOptions options)
    {
        var bytes = Encoding.UTF8.GetByteCount(options.Content);
        if (bytes <= s_surelyFits[(int)options.ErrorCorrection])
        {
            return true;
        }
        if (bytes > NeverFits)
        {
            return false;
        }
        try
        {
            _ = QrCode.Matrix(options.Content, options.ErrorCorrection);
            return true;
        }
        catch (DataTooLongException)
        {
            return false;
        }
    }
}
