using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>stocktake</c>: compares the stock of a place with a file of scans.</summary>
internal sealed class StocktakeCommand
{
    private readonly Argument<FileInfo> _file = new("FILE") { Description = "What was scanned, a scan a line." };

    private readonly Option<string> _place = new("--place")
    {
        Description = "Where it was scanned: an identifier or a text.",
        HelpName = "PLACE",
        Required = true,
    };

    private readonly Option<bool> _record = new("--record")
    {
        Description = "Records that what was found is at the place. Needs --source and --source-key.",
    };

    private readonly Option<string> _source = new("--source")
    {
        Description = "With --record: the system that sends it.",
        HelpName = "SOURCE",
    };

    private readonly Option<string> _sourceKey = new("--source-key")
    {
        Description = "With --record: the key of the stocktake there; the events' keys begin with it.",
        HelpName = "KEY",
    };

    private readonly Option<string> _time = new("--time")
    {
        Description = "With --record: when it happened. Default: now.",
        HelpName = "TIME",
    };

    private readonly Option<string> _missingTo = new("--missing-to")
    {
        Description = "With --record: the place that what is missing is moved to.",
        HelpName = "PLACE",
    };

    public static Command Create() => new StocktakeCommand().Build();

    private Command Build() =>
        new Command(
            "stocktake",
            """
            Compares the stock of a place with a file of scans: what is missing, elsewhere, unexpected, unknown or was
            scanned twice. Nothing changes without --record. A node may serve meanwhile. Exit code 0 where stock and
            scans are the same, 1 otherwise.

            Examples:
              idnode stocktake scans.txt --data ./data --place "Hall 1"
              idnode stocktake scans.txt --place B2 --record --source wms --source-key 2026-12 --missing-to lost
            """
        )
        {
            Settings.Data,
            _file,
            _place,
            _record,
            _source,
            _sourceKey,
            _time,
            _missingTo,
        }.Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (!Read(parsed).TryGet(out var scans, out var error))
        {
            return terminal.Refuse(error);
        }
        var request = new StocktakeRequest
        {
            Place = parsed.GetValue(_place),
            Scans = scans,
            MissingTo = parsed.GetValue(_missingTo),
            Record = parsed.GetValue(_record)
                ? new IntentEvent
                {
                    Source = parsed.GetValue(_source),
                    SourceKey = parsed.GetValue(_sourceKey),
                    Time = parsed.GetValue(_time),
                }
                : null,
        };
        using var node = await Settings.OpenNodeAsync(parsed);
        var counted = await node.Get<StockCounter>().CountAsync(request, Caller.CommandLine, cancellationToken);
        if (!counted.TryGet(out var taken, out error))
        {
            return terminal.Refuse(ErrorFields.Called(error, OptionOf));
        }
        await terminal.Out.WriteLineAsync(
            IndentedJson.Write(writer => StockJson.Write(writer, taken, terminal.Language))
        );
        return taken.IsRight ? ExitCode.Done : ExitCode.Refused;
    }

    private Result<List<string>> Read(ParseResult parsed)
    {
        var faults = new Faults();
        foreach (var option in new[] { _source, _sourceKey, _time })
        {
            if (!parsed.GetValue(_record) && parsed.GetValue(option) is not null)
            {
                faults.Add(option.Name, "needs --record", "须与 --record 同用");
            }
        }
        var scans = new List<string>();
        try
        {
            foreach (var line in File.ReadLines(parsed.GetRequiredValue(_file).FullName))
            {
                if (!string.IsNullOrWhiteSpace(line))
                {
                    scans.Add(line);
                }
                if (scans.Count > StockCounter.MaxScans)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add("FILE", "cannot be read", "无法读取");
        }
        return faults.TryCombine(out var error) ? error : scans;
    }

    private static string OptionOf(string field) =>
        field switch
        {
            "scans" => "FILE",
            "missingTo" => "--missing-to",
            "record.source" => "--source",
            "record.sourceKey" or "sourceKey" => "--source-key",
            "record.time" => "--time",
            _ => "--" + field,
        };
}
