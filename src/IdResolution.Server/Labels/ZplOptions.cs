using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Labels;

/// <summary>The printer and the label stock that a ZPL label is made for.</summary>
internal sealed record ZplOptions : LabelForm
{
    /// <summary>The smallest width and the smallest height in millimetres.</summary>
    public const int MinMillimetres = 20;

    /// <summary>The largest width and the largest height in millimetres.</summary>
    public const int MaxMillimetres = 200;

    public const int MaxCopies = 1000;

    /// <summary>The resolution of the print head: 203, 300 or 600 dots per inch.</summary>
    public int Dpi { get; init; } = 203;

    /// <summary>The width of the label in millimetres, 20 to 200.</summary>
    public int Width { get; init; } = 50;

    /// <summary>The height of the label in millimetres, 20 to 200.</summary>
    public int Height { get; init; } = 30;

    /// <summary>The second symbol on the label, or none.</summary>
    public ZplBarcode Barcode { get; init; }

    /// <summary>True if the printer also writes the RFID tag in the label; see <see cref="ZplRfid"/>.</summary>
    public bool Rfid { get; init; }

    /// <summary>The number of labels, 1 to 1000. All carry the same identifier, also in their RFID tags.</summary>
    public int Copies { get; init; } = 1;

    /// <inheritdoc/>
    public override string MediaType => "application/zpl";

    /// <inheritdoc/>
    public override Error? Refusal(LabelContent label) => ZplLabel.Render(label, this).Error;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<string> PiecesAsync(IAsyncEnumerable<LabelBatch> batches, Language language)
    {
        await foreach (var batch in batches)
        {
            foreach (var label in batch.Labels)
            {
                yield return ZplLabel.Render(label, this).TryGet(out var zpl, out var unfit)
                    ? zpl
                    : Comment(label.Identifier, unfit);
            }
            foreach (var (identifier, why) in batch.Missing)
            {
                yield return Comment(identifier, why);
            }
        }

        // A printer takes no notice of what stands between two labels.
        string Comment(string identifier, Error why) =>
            "^FX " + $"{identifier}: {why.Message.In(language)}".Replace('^', ' ').Replace('~', ' ') + "\n";
    }

    /// <summary>Reads options from a query. Null or empty settings get their defaults.</summary>
    /// <returns>The options, or <see cref="ErrorCode.InvalidValue"/> naming <c>dpi</c>, <c>width</c>, <c>height</c>,
    /// <c>barcode</c>, <c>rfid</c> or <c>copies</c>.</returns>
    public static Result<ZplOptions> Parse(
        string? dpi,
        string? width,
        string? height,
        string? barcode,
        string? rfid,
        string? copies
    )
    {
        var reader = new QueryReader();
        var options = new ZplOptions
        {
            Dpi = reader.Choice("dpi", dpi, 203, ("203", 203), ("300", 300), ("600", 600)),
            Width = reader.Integer("width", width, 50, MinMillimetres, MaxMillimetres),
            Height = reader.Integer("height", height, 30, MinMillimetres, MaxMillimetres),
            Barcode = reader.Choice(
                "barcode",
                barcode,
                ZplBarcode.None,
                ("none", ZplBarcode.None),
                ("code128", ZplBarcode.Code128),
                ("datamatrix", ZplBarcode.DataMatrix)
            ),
            Rfid = reader.Choice("rfid", rfid, false, ("true", true), ("false", false)),
            Copies = reader.Integer("copies", copies, 1, 1, MaxCopies),
        };
        return reader.Error is { } error ? error : options;
    }

    /// <summary>Converts millimetres to dots of the print head.</summary>
    public int Dots(double millimetres) => (int)Math.Round(millimetres * Dpi / 25.4);
}
