using System.Globalization;
using System.Text;
using QRCoder;

namespace IdResolution.Server.Labels;

/// <summary>
/// Draws QR codes as SVG and PNG. ASCII content has no ECI header, so that the simplest scanners can read it. Other
/// content is UTF-8, with a header that says so (ECI 26).
/// </summary>
internal static class QrCode
{
    /// <summary>The border in modules that QRCoder puts around its matrix.</summary>
    private const int LibraryQuietZone = 4;

    /// <summary>
    /// An SVG element, <see cref="QrOptions.Size"/> pixels wide and high: a white square and one black path.
    /// </summary>
    /// <exception cref="QRCoder.Exceptions.DataTooLongException">
    /// The content does not fit. Options from <see cref="QrOptions.Parse"/> always fit.
    /// </exception>
    public static string Svg(QrOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var matrix = Matrix(options.Content, options.ErrorCorrection);
        var modules = matrix.GetLength(0);
        var side = modules + (2 * options.QuietZone);
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{options.Size}\" height=\"{options.Size}\" "
        );
        svg.Append(CultureInfo.InvariantCulture, $"viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\""
        );
        for (var row = 0; row < modules; row++)
        {
            for (var column = 0; column < modules; column++)
            {
                if (!matrix[row, column])
                {
                    continue;
                }
                var start = column;
                while (column + 1 < modules && matrix[row, column + 1])
                {
                    column++;
                }
                var length = column - start + 1;
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"M{start + options.QuietZone} {row + options.QuietZone}h{length}v1h-{length}z"
                );
            }
        }
        return svg.Append("\"/></svg>").ToString();
    }

    /// <summary>
    /// A black and white PNG. Each module has the same whole number of pixels, at least one. The side is as near to
    /// <see cref="QrOptions.Size"/> as this allows; of two equally near sides, the smaller.
    /// </summary>
    /// <exception cref="QRCoder.Exceptions.DataTooLongException">
    /// The content does not fit. Options from <see cref="QrOptions.Parse"/> always fit.
    /// </exception>
    public static byte[] Png(QrOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var matrix = Matrix(options.Content, options.ErrorCorrection);
        var modules = matrix.GetLength(0);
        var side = modules + (2 * options.QuietZone);
        var scale = Math.Max(1, options.Size / side);
        if (((scale + 1) * side) - options.Size < options.Size - (scale * side))
        {
            scale++;
        }
        return MonochromePng.Write(
            side * scale,
            (x, y) =>
            {
                var (column, row) = ((x / scale) - options.QuietZone, (y / scale) - options.QuietZone);
                return column >= 0 && row >= 0 && column < modules && row < modules && matrix[row, column];
            }
        );
    }

    /// <summary>The modules by row and column, without quiet zone; true for dark.</summary>
    /// <exception cref="QRCoder.Exceptions.DataTooLongException">The content does not fit.</exception>
    public static bool[,] Matrix(string content, ErrorCorrection errorCorrection)
    {
        var eci = Ascii.IsValid(content) ? QRCodeGenerator.EciMode.Default : QRCodeGenerator.EciMode.Utf8;
        using var data = QRCodeGenerator.GenerateQrCode(content, Level(errorCorrection), eciMode: eci);
        var modules = data.ModuleMatrix.Count - (2 * LibraryQuietZone);
        var matrix = new bool[modules, modules];
        for (var row = 0; row < modules; row++)
        {
            var bits = data.ModuleMatrix[row + LibraryQuietZone];
            for (var column = 0; column < modules; column++)
            {
                matrix[row, column] = bits[column + LibraryQuietZone];
            }
        }
        return matrix;
    }

    private static QRCodeGenerator.ECCLevel Level(ErrorCorrection errorCorrection) =>
        errorCorrection switch
        {
            ErrorCorrection.L => QRCodeGenerator.ECCLevel.L,
            ErrorCorrection.Q => QRCodeGenerator.ECCLevel.Q,
            ErrorCorrection.H => QRCodeGenerator.ECCLevel.H,
            _ => QRCodeGenerator.ECCLevel.M,
        };
}
