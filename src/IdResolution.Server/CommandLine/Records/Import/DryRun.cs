using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>Checks all rows of a file against the node, and writes nothing.</summary>
/// <param name="node">The node.</param>
/// <param name="csv">The file.</param>
/// <param name="plan">Says which column means what.</param>
/// <param name="terminal">Gets the rows that would not be taken, with their reasons.</param>
/// <param name="update">Would change records that differ; null where such rows are refused.</param>
/// <param name="rights">Whose rights the rows have.</param>
internal sealed class DryRun(
    NodeContainer node,
    CsvFile csv,
    ImportPlan plan,
    Terminal terminal,
    RowUpdate? update,
    FileRights rights
)
{
    private const int MaxShown = 100;

    private readonly CsvRowReader _rows = CsvRowReader.Of(node, csv, plan);
    private readonly PreviewedValues _values = new();
    private readonly RowFindings _findings = new(new("row", "行"), terminal.Explain);
    private long _new;
    private long _same;
    private long _differing;
    private long _updated;
    private long _bad;

    /// <summary>Prints what would become of the rows; true if every row would be taken.</summary>
    public async Task<bool> RunAsync(WorkProgress progress, CancellationToken cancellationToken)
    {
        while (csv.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (cells, fault) = csv.Cells();
            var row = _rows.Read(csv.Row, cells, fault);
            if (row.Request is not { } request)
            {
                _bad++;
                Show(row, [row.Fault!.Value.In(terminal.Language)]);
            }
            else
            {
                await PreviewAsync(row, request, cancellationToken);
            }
            progress.Report(csv.Row, csv.Share);
        }
        if (Refused > MaxShown)
        {
            var more = Refused - MaxShown;
            terminal.Explain($"… and {more} more", $"……另有 {more} 行");
        }
        terminal.Say(
            $"nothing written: new {_new}, same {_same}, differing {_differing}, bad {_bad}",
            $"未写入：新增 {_new}，相同 {_same}，不同 {_differing}，错误 {_bad}"
        );
        return Refused == 0;
    }

    private async Task PreviewAsync(ImportRow row, RegistrationRequest request, CancellationToken cancellationToken)
    {
        var preview = await node.Get<Registrar>().PreviewAsync(request, _values, rights.Caller, cancellationToken);
        if (preview is { IsOk: true, Value: WriteOutcome.Created })
        {
            _findings.Add(row.Number, await node.Get<Registrar>().DoubtAsync(request));
        }
        var becomes = update is null ? preview : await update.PreviewAsync(request, preview, cancellationToken);
        rights.Name(row.Number, request, becomes, preview.Error?.Holder);
        Count(row, preview, becomes);
    }

    private long Refused => _differing + _bad - _updated;

    private void Count(ImportRow row, Result<WriteOutcome> preview, Result<WriteOutcome> becomes)
    {
        switch (preview.Error?.Code)
        {
            case null when preview.Value == WriteOutcome.Same:
                _same++;
                return;
            case null:
                _new++;
                return;
            case ErrorCode.KeyConflict or ErrorCode.AlreadyExists when !IsOfAnAttribute(preview.Error):
                _differing++;
                if (becomes.IsOk)
                {
                    _updated++;
                    return;
                }
                break;
            default:
                _bad++;
                break;
        }
        Show(row, rights.Reasons(becomes.Error!, terminal));
    }

    /// <summary>True if a value must be unique and is taken, false if a record of the item differs.</summary>
    private static bool IsOfAnAttribute(Error error) =>
        error.Field?.StartsWith("attributes.", StringComparison.Ordinal) == true;

    private void Show(ImportRow row, IEnumerable<string> reasons)
    {
        if (Refused <= MaxShown)
        {
            terminal.Explain(
                $"row {row.Number}: {string.Join("; ", reasons)}",
                $"第 {row.Number} 行：{string.Join("；", reasons)}"
            );
        }
    }
}
