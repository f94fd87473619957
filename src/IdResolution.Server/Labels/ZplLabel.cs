using System.Text;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Labels;

/// <summary>
/// Makes a label in ZPL II: QR code, texts and, where asked, a second symbol and the RFID tag. A wide label has the
/// texts right of the QR code, a square or tall one below it. Commands as in Zebra's ZPL II Programming Guide.
/// </summary>
/// <remarks>
/// Texts are in font 0, which every printer has but without Chinese characters. Where names are Chinese, load a font
/// onto the printer and put it in the place of font 0 (<c>^CW0,E:NAME.TTF</c>, until power-off), or print a
/// <see cref="LabelSheet"/>. Symbols need no font.
/// </remarks>
internal static class ZplLabel
{
    // ^BQ after ^FO prints lower by the bar height ^BY last set, which the printer keeps between labels: so we set it.
    private const int QrSinks = 10;

    // One module more than the standard asks, so that the smallest symbol (2 dots a module) clears the sink.
    private const int QrQuietZone = 5;
    private const int LargestMagnification = 10;

    /// <summary>The label from <c>^XA</c> to <c>^XZ</c>, in ASCII.</summary>
    /// <returns>The label; <see cref="ErrorCode.InvalidValue"/> naming the option (<c>width</c>, <c>barcode</c>,
    /// <c>rfid</c>) that the content does not go with; or <see cref="ErrorCode.TooLarge"/> when the URL fits no QR
    /// code.</returns>
    public static Result<string> Render(LabelContent content, ZplOptions options)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(options);
        var page = new ZplBox(0, 0, options.Dots(options.Width), options.Dots(options.Height));
        var zpl = new StringBuilder();
        zpl.Append($"^XA\n^CI28\n^PW{page.Width}\n^LL{page.Height}\n^LH0,0\n");
        if (Add(zpl, content, options, page) is { } error)
        {
            return error;
        }
        return zpl.Append($"^PQ{options.Copies}\n^XZ\n").ToString();
    }

    /// <summary>Adds what the label shows and its tag; gives why the content does not go with the options.</summary>
    private static Error? Add(StringBuilder zpl, LabelContent content, ZplOptions options, ZplBox page)
    {
        var area = page;
        if (options.Rfid && AddRfid(zpl, content.Identifier) is { } refused)
        {
            return refused;
        }
        if (options.Barcode == ZplBarcode.Code128)
        {
            (area, var strip) = CutStrip(page, options);
            if (AddCode128(zpl, content.Identifier, options, strip) is { } error)
            {
                return error;
            }
        }
        if (!AddQr(zpl, content.Url, options, area).TryGet(out var texts, out var tooSmall))
        {
            return tooSmall;
        }
        if (options.Barcode == ZplBarcode.DataMatrix)
        {
            (texts, var corner) = CutCorner(texts);
            if (AddDataMatrix(zpl, content.Identifier, options, corner) is { } error)
            {
                return error;
            }
        }
        return AddTexts(zpl, content, options, texts);
    }

    /// <summary>Parts a page into a strip at its bottom, for a Code 128 symbol, and what is above it.</summary>
    private static (ZplBox Above, ZplBox Strip) CutStrip(ZplBox page, ZplOptions options)
    {
        var height = Math.Min(options.Dots(8), page.Height / 4);
        var margin = options.Dots(1.5);
        return (
            page with
            {
                Height = page.Height - height - (2 * margin),
            },
            new ZplBox(0, page.Height - height - margin, page.Width, height)
        );
    }

    /// <summary>Parts an area into a square in its bottom right, for a Data Matrix, and what is above it.</summary>
    private static (ZplBox Above, ZplBox Corner) CutCorner(ZplBox area)
    {
        var side = Math.Min(area.Width, area.Height / 2);
        return (
            area with
            {
                Height = area.Height - side,
            },
            new ZplBox(area.X + area.Width - side, area.Y + area.Height - side, side, side)
        );
    }

    private static Error? AddRfid(StringBuilder zpl, string identifier)
    {
        if (!ZplRfid.Commands(identifier).TryGet(out var rfid, out var refused))
        {
            return refused;
        }
        zpl.Append(rfid);
        return null;
    }

    /// <summary>
    /// Adds the QR code in the top left; the rest of the area, without its margins, is for the texts.
    /// </summary>
    private static Result<ZplBox> AddQr(StringBuilder zpl, string url, ZplOptions options, ZplBox area)
    {
        if (!QrOptions.Parse(url, null, null, null).TryGet(out var qr, out var error))
        {
            return error;
        }
        var stacked = area.Width * 10 < area.Height * 13;
        var room = stacked ? Math.Min(area.Width, area.Height * 6 / 10) : Math.Min(area.Height, area.Width / 2);
        var modules = QrCode.Matrix(qr.Content, qr.ErrorCorrection).GetLength(0);
        var dots = Math.Min(LargestMagnification, room / (modules + (2 * QrQuietZone)));
        if (dots < SmallestModule(options))
        {
            return TooSmall($"its QR code of {modules} modules", $" {modules} × {modules} 模块的二维码");
        }
        var quiet = dots * QrQuietZone;
        zpl.Append($"^BY2,3,{QrSinks}\n^FO{quiet},{quiet - QrSinks}^BQN,2,{dots}{ZplField.Data(url, "MA,")}\n");

        var used = dots * (modules + (2 * QrQuietZone));
        return Beside(area, used, stacked, options.Dots(1.5));
    }

    /// <summary>What a square of the top left leaves of an area, below it or right of it, without margins.</summary>
    private static ZplBox Beside(ZplBox area, int square, bool below, int margin) =>
        below
            ? new ZplBox(margin, square, area.Width - (2 * margin), area.Height - square - margin)
            : new ZplBox(square, margin, area.Width - square - margin, area.Height - (2 * margin));

    private static Error? AddCode128(StringBuilder zpl, string identifier, ZplOptions options, ZplBox box)
    {
        if (!Code128.CanEncode(identifier))
        {
            return Error.Of(
                ErrorCode.InvalidValue,
                "Code 128 holds ASCII only and the identifier has other characters; barcode may be none or datamatrix.",
                "Code 128 只能表示 ASCII 字符，而该标识含其他字符；barcode 可为 none 或 datamatrix。",
                "barcode"
            );
        }
        var symbol = Code128.Encode(identifier);
        // Bars are read from 5 mil (0.127 mm) up; wider than 0.5 mm gains nothing.
        var dots = Math.Min(options.Dots(0.5), box.Width / (symbol.Modules + (2 * Code128.QuietZone)));
        if (dots < options.Dots(0.127))
        {
            return DoesNotFit("Code 128", "none, datamatrix", options);
        }
        var x = (box.Width - (symbol.Modules * dots)) / 2;
        zpl.Append(
            $"^BY{dots},3,{box.Height}\n^FO{x},{box.Y}^BCN,{box.Height},N,N,N,N{ZplField.Data(symbol.FieldData)}\n"
        );
        return null;
    }

    private static Error? AddDataMatrix(StringBuilder zpl, string identifier, ZplOptions options, ZplBox box)
    {
        var escape = DataMatrix.Escape(identifier);
        if (DataMatrix.Side(identifier) is not { } modules || escape is null)
        {
            return DoesNotFit("Data Matrix", "none", options);
        }
        var dots = Math.Min(options.Dots(0.6), box.Width / (modules + (2 * DataMatrix.QuietZone)));
        if (dots < SmallestModule(options))
        {
            return DoesNotFit("Data Matrix", "none", options);
        }
        var (x, y) = (
            box.X + box.Width - (dots * (modules + DataMatrix.QuietZone)),
            box.Y + box.Height - (dots * (modules + DataMatrix.QuietZone))
        );
        zpl.Append($"^FO{x},{y}^BXN,{dots},200,,,,{escape}{ZplField.Data(identifier)}\n");
        return null;
    }

    /// <summary>
    /// Title on one line, the identifier in full, then as many lines as there is room for. An identifier that is short
    /// of room is set smaller, then without the title.
    /// </summary>
    private static Error? AddTexts(StringBuilder zpl, LabelContent content, ZplOptions options, ZplBox box)
    {
        var titleHeight = options.Dots(3);
        var title = string.IsNullOrEmpty(content.Title) ? null : ZplText.OneLine(content.Title, box.Width, titleHeight);
        var column = new TextColumn(zpl, box);
        int? found = null;
        if (title is not null)
        {
            found = LargestHeight(content.Identifier, options, box.Width, box.Height - LineHeight(titleHeight));
            if (found is not null)
            {
                column.Add(title, titleHeight);
            }
        }
        found ??= LargestHeight(content.Identifier, options, box.Width, box.Height);
        if (found is not { } height)
        {
            return TooSmall("the text of its identifier", "标识的文字");
        }
        foreach (var row in ZplText.Wrap(content.Identifier, box.Width, height))
        {
            column.Add(row, height);
        }
        AddLines(column, content.Lines, options.Dots(2.2), box.Width);
        return null;
    }

    /// <summary>Adds as many lines as there is room for.</summary>
    private static void AddLines(TextColumn column, IEnumerable<string> lines, int height, int width)
    {
        foreach (var line in lines.Take(column.Room / LineHeight(height)))
        {
            column.Add(ZplText.OneLine(line, width, height), height);
        }
    }

    /// <summary>The largest height in which the identifier fits in full; null where it does in none.</summary>
    private static int? LargestHeight(string identifier, ZplOptions options, int width, int room)
    {
        for (var height = options.Dots(2.5); height >= options.Dots(1.5); height--)
        {
            if (ZplText.Wrap(identifier, width, height).Count() * LineHeight(height) <= room)
            {
                return height;
            }
        }
        return null;
    }

    private static int LineHeight(int height) => height + (height / 5);

    /// <summary>The smallest module of a two-dimensional symbol in dots: 0.25 mm at 203 dpi, 0.17 mm above.</summary>
    private static int SmallestModule(ZplOptions options) => options.Dpi == 600 ? 4 : 2;

    private static Error TooSmall(string en, string zh) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"The label is too small for {en}; choose a larger width and height or a higher dpi.",
            $"标签放不下{zh}，请增大 width 与 height 或选择更高的 dpi。",
            "width"
        );

    private static Error DoesNotFit(string symbol, string others, ZplOptions options) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"The identifier as {symbol} does not fit a label of {options.Width} x {options.Height} mm at "
                + $"{options.Dpi} dpi; enlarge the label or set barcode to one of {others}.",
            $"{options.Width} x {options.Height} 毫米的标签在 {options.Dpi} dpi 下放不下该标识的 {symbol} 码，请增大标签，或将 barcode 设为 "
                + $"{others}。",
            "barcode"
        );

    /// <summary>Lines of text, each below the one before.</summary>
    private sealed class TextColumn(StringBuilder zpl, ZplBox box)
    {
        private int _y = box.Y;

        /// <summary>What is left of the box, in dots.</summary>
        public int Room => box.Y + box.Height - _y;

        public void Add(string text, int height)
        {
            zpl.Append($"^FO{box.X},{_y}^A0N,{height},{height}{ZplField.Data(text)}\n");
            _y += LineHeight(height);
        }
    }
}
