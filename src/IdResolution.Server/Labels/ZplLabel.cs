using System.Text;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Labels;

/// <summary>
/// Makes a label in ZPL II: a QR code, texts and, if asked for, a second symbol and the data of the RFID tag. On a wide
/// label the texts are right of the QR code; on a square or tall label they are below it. Source: Zebra's ZPL II
/// Programming Guide.
/// </summary>
/// <remarks>
/// Texts use font 0. Every printer has it, but without Chinese characters. For Chinese names, load a font onto the
/// printer and let it replace font 0 (<c>^CW0,E:NAME.TTF</c>, lasts until power-off), or print a
/// <see cref="LabelSheet"/>. QR codes and bar codes need no font.
/// </remarks>
internal static class ZplLabel
{
    // ^BQ prints lower than ^FO says, by the bar height of the last ^BY, which the printer keeps. So we set ^BY
    // ourselves.
    private const int QrSinks = 10;

    // One module more than the standard requires, so that even the smallest symbol leaves room for QrSinks.
    private const int QrQuietZone = 5;
    private const int LargestMagnification = 10;

    // Millimetres.
    private const double LargestIdentifier = 2.5;

    /// <summary>Gives the label from <c>^XA</c> to <c>^XZ</c>, in ASCII.</summary>
    /// <returns>
    /// The label; or <see cref="ErrorCode.InvalidValue"/> naming the option (<c>width</c>, <c>barcode</c>, <c>rfid</c>)
    /// that the content does not fit; or <see cref="ErrorCode.TooLarge"/> if the URL fits no QR code.
    /// </returns>
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

    /// <summary>Adds symbols, texts and RFID data. Gives an error if the content does not fit the options.</summary>
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

    /// <summary>Splits a page into a strip at the bottom, for a Code 128 symbol, and the area above it.</summary>
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

    /// <summary>Splits an area into a square at the bottom right, for a Data Matrix, and the area above it.</summary>
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

    /// <summary>Adds the QR code at the top left. Gives the rest of the area, without margins, for the texts.</summary>
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

    /// <summary>The part of an area below or right of a square at its top left, without margins.</summary>
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
        // Scanners need bars of at least 5 mil (0.127 mm). Bars wider than 0.5 mm bring no advantage.
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
        var eci = Ascii.IsValid(identifier) ? "" : $"{escape}{DataMatrix.Utf8}";
        zpl.Append($"^FO{x},{y}^BXN,{dots},200,,,,{escape}{ZplField.Data(identifier, eci)}\n");
        return null;
    }

    /// <summary>
    /// Adds the mark of a held item, title, identifier and as many lines as fit, all wrapped. The title is cut where
    /// the identifier needs the room, which is then set smaller, then without title.
    /// </summary>
    private static Error? AddTexts(StringBuilder zpl, LabelContent content, ZplOptions options, ZplBox box)
    {
        var titleHeight = options.Dots(3);
        var marked = 0;
        if (content.Held is not null)
        {
            // Title, lines and the size of the identifier give way to it.
            marked = LineHeight(titleHeight);
            if (!ZplText.Fits(LabelContent.HeldMark, box.Width, titleHeight))
            {
                return TooSmall("the mark of a held item", "冻结标记");
            }
        }
        var title = string.IsNullOrEmpty(content.Title) ? [] : ZplText.Wrap(content.Title, box.Width, titleHeight);
        var parts = IdentifierText.Parts(content.Identifier).ToList();
        // Most of the title that leaves the identifier its full size; else a line of it, then none.
        var largest = options.Dots(LargestIdentifier);
        var rows = title.Count;
        while (rows > 1 && !(HeightBelow(rows) >= largest))
        {
            rows--;
        }
        var found = HeightBelow(rows);
        if (found is null)
        {
            rows = 0;
            found = HeightBelow(0);
        }
        if (found is not { } height)
        {
            return TooSmall("the text of its identifier", "标识的文字");
        }
        var column = new TextColumn(zpl, box);
        if (marked > 0)
        {
            column.Add([LabelContent.HeldMark], titleHeight);
        }
        if (rows > 0)
        {
            column.Add(ZplText.Lines(content.Title!, box.Width, titleHeight, rows), titleHeight);
        }
        column.Add(ZplText.Wrap(parts, box.Width, height), height);
        AddLines(column, content.Lines, options.Dots(2.2), box.Width);
        return null;

        int? HeightBelow(int titleRows) =>
            LargestHeight(parts, options, box.Width, box.Height - marked - (titleRows * LineHeight(titleHeight)));
    }

    /// <summary>Adds lines as long as there is room; the last one that begins may be cut.</summary>
    private static void AddLines(TextColumn column, IEnumerable<string> lines, int height, int width)
    {
        foreach (var line in lines)
        {
            if (column.Room / LineHeight(height) is var rows and > 0)
            {
                column.Add(ZplText.Lines(line, width, height, rows), height);
            }
        }
    }

    /// <summary>
    /// The largest font height at which the whole identifier fits, its parts unbroken if any height allows that; null
    /// if it fits at none.
    /// </summary>
    private static int? LargestHeight(List<string> parts, ZplOptions options, int width, int room)
    {
        foreach (var isWhole in new[] { true, false })
        {
            for (var height = options.Dots(LargestIdentifier); height >= options.Dots(1.5); height--)
            {
                if (
                    (!isWhole || parts.TrueForAll(part => ZplText.Fits(part, width, height)))
                    && ZplText.Wrap(parts, width, height).Count * LineHeight(height) <= room
                )
                {
                    return height;
                }
            }
        }
        return null;
    }

    private static int LineHeight(int height) => height + (height / 5);

    /// <summary>The smallest module of a two-dimensional symbol in dots: 0.25 mm at 203 dpi, else 0.17 mm.</summary>
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
            $"{options.Width} mm × {options.Height} mm 的标签在 {options.Dpi} dpi 下放不下该标识的 {symbol} 码，请增大标签，或将 barcode 设为 "
                + $"{others}。",
            "barcode"
        );

    /// <summary>A column of text lines in a box. Each line is added below the last one.</summary>
    private sealed class TextColumn(StringBuilder zpl, ZplBox box)
    {
        private int _y = box.Y;

        /// <summary>The free height of the box, in dots.</summary>
        public int Room => box.Y + box.Height - _y;

        public void Add(IEnumerable<string> rows, int height)
        {
            foreach (var row in rows)
            {
                zpl.Append($"^FO{box.X},{_y}^A0N,{height},{height}{ZplField.Data(row)}\n");
                _y += LineHeight(height);
            }
        }
    }
}
