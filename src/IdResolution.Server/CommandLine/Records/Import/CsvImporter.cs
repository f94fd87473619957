using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>
/// Registers the rows of a file in batches, and notes after each batch how far it is. Every row has a key: its business
/// key, its identifier, or file and row number. So a row that is done again, because the process was killed between
/// commit and note, is recognised.
/// </summary>
internal sealed class CsvImporter(
    NodeContainer node,
    CsvFile csv,
    ImportPlan plan,
    FileRights rights,
    Func<Error, IEnumerable<string>> explain,
    Language language = Language.English
)
{
    private readonly CsvRowReader _rows = CsvRowReader.Of(node, csv, plan);

    /// <summary>Changes records that differ; null to refuse such rows.</summary>
    public RowUpdate? Update { get; init; }

    /// <summary>Gets what is to be said of rows that were taken; null for nobody.</summary>
    public RowFindings? Findings { get; init; }

    /// <summary>The number of rows registered at a time.</summary>
    public int BatchSize { get; init; } = 1_000;

    public CsvImportState State { get; private set; } = new() { File = "", Mapping = "" };

    /// <summary>True after the last row is done.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>
    /// Takes up the state of an earlier run, if it still fits. Returns a message that says where the import begins.
    /// </summary>
    public async Task<Text> BeginAsync(bool restart, CancellationToken cancellationToken)
    {
        var files = new ImportFiles(csv.Path, csv.BadRowsFile, csv.ProgressFile);
        var mapping = $"{csv.Delimiter}\n{plan.Mapping}";
        (State, var begun) = await EarlierImport.FindAsync(
            node,
            files,
            csv.DigestOfAll(),
            mapping,
            restart,
            cancellationToken
        );
        return begun;
    }

    /// <summary>
    /// Registers the remaining rows. A cancellation ends it after the current batch and leaves <see cref="IsComplete"/>
    /// false.
    /// </summary>
    public async Task<CsvImportState> RunAsync(WorkProgress progress, CancellationToken cancellationToken)
    {
        using var bad = new BadRows(csv.BadRowsFile, ["row", "reason", .. csv.Header], csv.Delimiter[0], csv.HasMark);
        bad.Begin(State.BadRowsLength);
        ReadAgain();
        progress.Report(State.Rows, csv.Share);
        var batch = new List<ImportRow>(BatchSize);
        while (!cancellationToken.IsCancellationRequested)
        {
            var unreadable = Fill(batch);
            if (batch.Count > 0)
            {
                await RegisterAsync(batch, bad);
                progress.Report(State.Rows, csv.Share);
            }
            if (unreadable is not null)
            {
                throw unreadable;
            }
            if (batch.Count < BatchSize)
            {
                IsComplete = true;
                progress.Report(State.Rows, 1);
                File.Delete(csv.ProgressFile);
                break;
            }
        }
        return State;
    }

    /// <summary>
    /// Reads the next batch. If the file cannot be read further, the rows before are kept and the exception is
    /// returned.
    /// </summary>
    private OperatorException? Fill(List<ImportRow> batch)
    {
        batch.Clear();
        try
        {
            while (batch.Count < BatchSize && csv.Read())
            {
                var (cells, fault) = csv.Cells();
                batch.Add(_rows.Read(csv.Row, cells, fault));
            }
            return null;
        }
        catch (OperatorException e)
        {
            return e;
        }
    }

    /// <summary>Reads the rows of an earlier run, for their keys alone.</summary>
    private void ReadAgain()
    {
        while (csv.Row < State.Rows && csv.Read())
        {
            var (cells, fault) = csv.Cells();
            _rows.Read(csv.Row, cells, fault);
        }
    }

    private async Task RegisterAsync(List<ImportRow> batch, BadRows bad)
    {
        var good = batch.Where(r => r.Request is not null).ToList();
        var results = await RegisterAsync(good.ConvertAll(r => r.Request!));
        foreach (var (row, result) in good.Zip(results))
        {
            rights.Name(row.Number, row.Request!, OutcomeOf(result), HolderOf(result));
            Findings?.Add(row.Number, result.IsOk ? result.Value.Mistyped : null);
        }
        var byRow = good.Zip(results).ToDictionary(pair => pair.First.Number, pair => pair.Second);
        var refused = AddBad(batch, byRow, bad);
        bad.Flush();
        await NoteAsync(batch[^1].Number, results, refused, bad.Length);
    }

    private async Task<Result<Registered>[]> RegisterAsync(List<RegistrationRequest> requests)
    {
        // A node beside this process may have published a new version of the template.
        await node.Get<LogFollower>().CatchUpAsync(CancellationToken.None);
        var results = await node.Get<Registrar>().RegisterAsync(requests, rights.Caller, CancellationToken.None);
        // If the store failed, the rows are not bad. Nothing of this batch is noted, and the next run does it again.
        StoreFailure.ThrowIfAny(results);
        return Update is null ? results : await Update.ApplyAsync(requests, results);
    }

    private static Result<WriteOutcome> OutcomeOf(Result<Registered> result) =>
        result.IsOk ? result.Value.Outcome : result.Error;

    private static string? HolderOf(Result<Registered> result) =>
        result.IsOk ? RecordState.IdentifierOf(result.Value.Record) : null;

    /// <summary>Notes that all rows up to <paramref name="lastRow"/> are done.</summary>
    private async Task NoteAsync(long lastRow, Result<Registered>[] results, int refused, long badRowsLength)
    {
        var same = results.Count(r => r.IsOk && r.Value.Outcome == WriteOutcome.Same);
        var updated = results.Count(r => r.IsOk && r.Value.Outcome == WriteOutcome.Changed);
        State = State with
        {
            Head = await node.Get<NodeStore>().Log.HeadAsync(CancellationToken.None),
            Rows = lastRow,
            Registered = State.Registered + results.Count(r => r.IsOk) - same - updated,
            Updated = State.Updated + updated,
            Same = State.Same + same,
            Bad = State.Bad + refused,
            BadRowsLength = badRowsLength,
        };
        State.Save(csv.ProgressFile, node.Get<NodeSecrets>());
    }

    /// <summary>Adds the rows of a batch that cannot be taken to the bad rows; returns their number.</summary>
    private int AddBad(List<ImportRow> batch, Dictionary<long, Result<Registered>> results, BadRows bad)
    {
        var count = 0;
        foreach (var row in batch)
        {
            if (row.Fault is { } fault)
            {
                bad.Add(row.Number, [fault.In(language)], row.Cells);
                count++;
            }
            else if (results[row.Number].Error is { } error)
            {
                bad.Add(row.Number, explain(error), row.Cells);
                count++;
            }
        }
        return count;
    }
}
