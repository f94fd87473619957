using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Resolution;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Events;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Http;
using IdResolution.Server.Labels;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Records;

/// <summary><c>label</c>: writes the labels of all items of an order, to be sent to a printer.</summary>
internal sealed class LabelCommand
{
    private readonly Option<string> _order = new("--order")
    {
        Description = "The identifier of the order; or one of the options with its key.",
        HelpName = "ID",
    };

    private readonly ItemOptions _key = new("--order");

    private readonly Option<string> _format = new("--format")
    {
        Description = "zpl, for label printers; or html, a page for A4.",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => "zpl",
    };

    private readonly Option<string> _dpi = new("--dpi")
    {
        Description = "Of zpl: dots per inch, 203, 300 or 600. Default: 203.",
        HelpName = "N",
    };

    private readonly Option<string> _width = new("--width")
    {
        Description = "Of zpl: millimetres. Default: 50.",
        HelpName = "N",
    };

    private readonly Option<string> _height = new("--height")
    {
        Description = "Of zpl: millimetres. Default: 30.",
        HelpName = "N",
    };

    private readonly Option<string> _barcode = new("--barcode")
    {
        Description = "Of zpl: a second symbol, code128 or datamatrix.",
        HelpName = "SYMBOL",
    };

    private readonly Option<bool> _rfid = new("--rfid") { Description = "Of zpl: encodes the RFID tag too." };

    private readonly Option<string> _columns = new("--columns")
    {
        Description = "Of html: labels side by side. Default: 3.",
        HelpName = "N",
    };

    private readonly Option<bool> _refuse = new("--refuse-held")
    {
        Description = "Leaves out held items, and names them. Default: their labels are marked.",
    };

    private readonly Option<string> _publicUrl = new("--public-url")
    {
        Description = "The base of the URLs in the codes. Default: the setting PublicUrl.",
        HelpName = "URL",
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The file to write; it is there only when it is whole. Default: standard output.",
        HelpName = "FILE",
    };

    public static Command Create() => new LabelCommand().Build();

    private Command Build()
    {
        _format.AcceptOnlyFromAmong("zpl", "html");
        var command = new Command(
            "label",
            """
            Writes the labels of all items of an order, in one stream: of what was shipped; where nothing was, of what
            was received, else picked, else covered; pallets with what is on them. What has no label is named in it.

            Examples:
              idnode label --data ./data --order 88.300.15907541011/SO-1 | nc printer 9100
              idnode label --data ./data --source erp --source-key SO-1 --format html --output labels.html
            """
        )
        {
            Settings.Data,
            _order,
            _format,
            _dpi,
            _width,
            _height,
            _barcode,
            _rfid,
            _columns,
            _refuse,
            _publicUrl,
            _output,
        };
        _key.AddTo(command);
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed, given: [new("PublicUrl", parsed.GetValue(_publicUrl))]);
        if (
            !Form(parsed).TryGet(out var form, out var error)
            || (error = Fault(node)) is not null
            || !(await _key.FindAsync(parsed, node, parsed.GetValue(_order), cancellationToken)).TryGet(
                out var order,
                out error
            )
        )
        {
            return terminal.Refuse(error);
        }
        var begun = await LabelsOf(node)
            .BeginAsync(
                order,
                form,
                parsed.GetValue(_refuse),
                Caller.CommandLine,
                terminal.Language,
                cancellationToken
            );
        if (!begun.TryGet(out var stream, out error))
        {
            return terminal.Refuse(ErrorFields.Called(error, OptionOf));
        }
        await LongOutput.WriteAsync(
            terminal,
            parsed.GetValue(_output),
            new("labels", "个标签"),
            new WorkProgress(),
            async (writer, progress) =>
            {
                var done = 0;
                await foreach (var piece in stream.Pieces)
                {
                    await writer.WriteAsync(piece);
                    // A page has some pieces that are no labels.
                    done = Math.Min(done + 1, stream.Items);
                    progress.Report(done, (double)done / stream.Items);
                }
                return stream.Items;
            }
        );
        return ExitCode.Done;
    }

    private static string OptionOf(string field) => field is "order" or "identifier" or "id" ? "--order" : "--" + field;

    private Result<LabelForm> Form(ParseResult parsed)
    {
        if (parsed.GetValue(_format) == "html")
        {
            return Of(SheetOptions.Parse(parsed.GetValue(_columns), null));
        }
        return Of(
            ZplOptions.Parse(
                parsed.GetValue(_dpi),
                parsed.GetValue(_width),
                parsed.GetValue(_height),
                parsed.GetValue(_barcode),
                parsed.GetValue(_rfid) ? "true" : null,
                null
            )
        );

        static Result<LabelForm> Of<T>(Result<T> read)
            where T : LabelForm =>
            read.TryGet(out var form, out var error) ? form : ErrorFields.Called(error, static field => "--" + field);
    }

    /// <summary>The error where nothing says what URL the codes hold; null where something does.</summary>
    internal static Error? Fault(NodeContainer node) =>
        node.Get<NodeOptions>().PublicUrl is null
            ? Error.Of(
                ErrorCode.InvalidValue,
                "The codes hold a URL: --public-url, or the setting PublicUrl, says its base.",
                "二维码含 URL：请以 --public-url 或配置项 PublicUrl 给出其基地址。",
                "--public-url"
            )
            : null;

    /// <summary>What makes the labels of orders of a node that is not serving.</summary>
    internal static OrderLabels LabelsOf(NodeContainer node)
    {
        var maker = new LabelMaker(
            node.Get<CatalogHolder>(),
            node.Get<IdentifierReader>(),
            node.Get<AccessPolicy>(),
            new PublicAddress { Url = node.Get<NodeOptions>().PublicUrl! },
            node.Get<PlantClock>(),
            new DrawingRates(TimeProvider.System)
        );
        return new(node.Get<OrderReader>(), node.Get<IEventStore>(), maker, new HeldMarks(node.Get<HoldReader>()));
    }
}
