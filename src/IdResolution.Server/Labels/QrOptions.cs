using System.Text;
using IdResolution.Core.Errors;
using QRCoder.Exceptions;

namespace IdResolution.Server.Labels;

/// <summary>
/// The content and the look of a QR code. <see cref="Parse"/> gives only options that fit into a QR code.
/// </summary>
/// <param name="Content">The text in the code, usually a URL.</param>
internal sealed record QrOptions(string Content)
{
    public const int MinSize = 64;

    public const int MaxSize = 2048;

    public const int MaxQuietZone = 16;

    // The bytes that fit version 40 in byte mode, minus 2 for the ECI header, for levels L, M, Q, H. Other modes hold
    // more (ISO/IEC 18004 table 7).
    private static readonly int[] s_surelyFits = [2951, 2329, 1661, 1271];

    // The digits that fit version 40 at level L. No longer text fits in any mode.
    private const int NeverFits = 7089;

    /// <summary>
    /// The width and height of the whole image in pixels, 64 to 2048. A PNG comes as near to it as whole pixels per
    /// module allow.
    /// </summary>
    public int Size { get; init; } = 256;

    public ErrorCorrection ErrorCorrection { get; init; } = ErrorCorrection.M;

    /// <summary>The width of the white border in modules, 0 to 16. The standard requires 4.</summary>
    public int QuietZone { get; init; } = 4;

    /// <summary>Reads options from a query. Null or empty settings get their defaults.</summary>
    /// <returns>
    /// The options; or <see cref="ErrorCode.InvalidValue"/> naming <c>content</c>, <c>size</c>, <c>ecc</c> or
    /// <c>quietZone</c>; or <see cref="ErrorCode.TooLarge"/> if the content does not fit into a QR code of that level.
    /// </returns>
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
