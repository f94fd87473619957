using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Records.Import;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.CommandLine.Events;

/// <summary>
/// Records the rows of a file in batches, in their order, and notes after each batch how far it is. An event that is
/// recorded again, because the process was killed between commit and note, is recognised.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="rows">The file.</param>
/// <param name="rights">Whose rights the rows have.</param>
/// <param name="explain">Gives the reasons for an error.</param>
/// <param name="tell">Gets the first rows that are refused, with their reasons.</param>
internal sealed class EventImporter(
    NodeContainer node,
    IEventRows rows,
    FileRights rights,
    Func<Error, IEnumerable<string>> explain,
    Action<Text> tell
)
{
    private const int MaxShown = 100;

    private readonly RowFindings _findings = new(rows.Unit, tell);

    /// <summary>The number of rows recorded at a time.</summary>
    public int BatchSize { get; init; } = 1_000;

    /// <summary>Writes nothing, and counts what would become of the rows.</summary>
    public bool IsDryRun { get; init; }

    public CsvImportState State { get; private set; } = new() { File = "", Mapping = "" };

    /// <summary>The corrected events of a list that this run left out.</summary>
    public long LeftOut { get; private set; }

    /// <summary>True after the last row is done.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Takes up the state of an earlier run, if it still fits. Says where the import begins.</summary>
    public async Task<Text> BeginAsync(bool restart, CancellationToken cancellationToken)
    {
        (State, var begun) = await EarlierImport.FindAsync(
            node,
            rows.Files,
            rows.DigestOfAll(),
            rows.Mapping,
            restart,
            cancellationToken
        );
        return begun;
    }

    /// <summary>
    /// Records the remaining rows. A cancellation ends it after the current batch and leaves <see cref="IsComplete"/>
    /// false.
    /// </summary>
    public async Task<CsvImportState> RunAsync(WorkProgress progress, CancellationToken cancellationToken)
    {
        using var bad = IsDryRun ? null : rows.OpenBad();
        bad?.Begin(State.BadRowsLength);
        while (rows.Row < State.Rows && rows.Skip())
        {
            // Rows of the earlier run.
        }
        var batch = new List<EventRow>(BatchSize);
        while (!IsComplete && !cancellationToken.IsCancellationRequested)
        {
            var unreadable = Fill(batch);
            await TakeAsync(batch, bad);
            progress.Report(State.Rows, rows.Share);
            if (unreadable is not null)
            {
                throw unreadable;
            }
            IsComplete = batch.Count < BatchSize;
        }
        if (IsComplete && !IsDryRun)
        {
            File.Delete(rows.Files.Progress);
        }
        return State;
    }

    /// <summary>
    /// Reads the next batch. If the file cannot be read further, the rows before are kept and the exception is
    /// returned.
    /// </summary>
    private OperatorException? Fill(List<EventRow> batch)
    {
        batch.Clear();
        try
        {
            while (batch.Count < BatchSize && rows.Read() is { } row)
            {
                if (row.IsVoided)
                {
                    LeftOut++;
                }
                else
                {
                    batch.Add(row);
                }
            }
            return null;
        }
        catch (OperatorException e)
        {
            return e;
        }
    }

    private async Task TakeAsync(List<EventRow> batch, IBadRows? bad)
    {
        if (batch.Count == 0)
        {
            return;
        }
        // A node beside this process may have published a new version of a template.
        await node.Get<LogFollower>().CatchUpAsync(CancellationToken.None);
        var outcomes = await (IsDryRun ? PreviewAsync(batch) : RecordAsync(batch));
        // If the store failed, the rows are not bad. Nothing of this batch is noted, and the next run does it again.
        StoreFailure.ThrowIfAny(outcomes);
        var state = State with { Rows = batch[^1].Number };
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i].TryGet(out var outcome, out var error))
            {
                state =
                    outcome == EventOutcome.Same
                        ? state with
                        {
                            Same = state.Same + 1,
                        }
                        : state with
                        {
                            Registered = state.Registered + 1,
                        };
            }
            else
            {
                state = state with { Bad = state.Bad + 1 };
                var reasons = explain(error).ToList();
                bad?.Add(batch[i].Number, reasons, batch[i].Cells);
                Show(batch[i].Number, reasons, state.Bad);
            }
        }
        bad?.Flush();
        State = state with { BadRowsLength = bad?.Length ?? 0 };
        if (!IsDryRun)
        {
            State = State with { Head = await node.Get<NodeStore>().Log.HeadAsync(CancellationToken.None) };
            State.Save(rows.Files.Progress, node.Get<NodeSecrets>());
        }
    }

    private async Task<Result<EventOutcome>[]> RecordAsync(List<EventRow> batch)
    {
        var results = await node.Get<LinkRecorder>()
            .RecordAsync([.. batch.Select(static row => (row.Link, row.Event))], rights.Caller, CancellationToken.None);
        for (var i = 0; i < results.Length; i++)
        {
            // The other findings are many in a file of an old plant; a trace tells them.
            if (results[i].TryGet(out var one, out _))
            {
                Say(batch[i], one.Findings);
            }
        }
        return Array.ConvertAll(
            results,
            static result =>
                result.TryGet(out var recorded, out var error) ? (Result<EventOutcome>)recorded.Outcome : error
        );
    }

    private async Task<Result<EventOutcome>[]> PreviewAsync(List<EventRow> batch)
    {
        var outcomes = new Result<EventOutcome>[batch.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (
                !(await DecodeAsync(batch[i])).TryGet(out var request, out var error)
                || !(
                    await node.Get<EventPreview>().PreviewAsync(request, rights.Caller, CancellationToken.None)
                ).TryGet(out var previewed, out error)
            )
            {
                outcomes[i] = error;
                continue;
            }
            outcomes[i] = previewed.Outcome;
            Say(batch[i], previewed.Mistyped);
        }
        return outcomes;
    }

    private void Say(EventRow row, IReadOnlyList<EventFinding> findings) =>
        _findings.Add(row.Number, findings.FirstOrDefault(static one => one.Code == EventFinding.Mistyped)?.Message);

    private ValueTask<Result<EventRequest>> DecodeAsync(EventRow row) =>
        row.Link is { } link
            ? node.Get<LinkReader>().ToEventAsync(link, rights.Caller, CancellationToken.None)
            : ValueTask.FromResult(row.Event);

    private void Show(long number, List<string> reasons, long bad)
    {
        if (bad <= MaxShown)
        {
            tell(
                new(
                    $"{rows.Unit.En} {number}: {string.Join("; ", reasons)}",
                    $"第 {number} {rows.Unit.Zh}：{string.Join("；", reasons)}"
                )
            );
        }
        else if (bad == MaxShown + 1)
        {
            tell(new("… and more", "……另有更多"));
        }
    }
}
