using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Upstream;

/// <summary>
/// Shows callers how the sending goes and what the secondary node refused, has that sent again, or drops it. Reading
/// needs role reader, the rest role admin, with keys that are bound to no prefix. Thread-safe.
/// </summary>
public sealed class UpstreamOperator(
    UpstreamProgress progress,
    IUpstreamStore letters,
    IRecordStore records,
    Auditor auditor
)
{
    /// <summary>The most letters that may be named at once.</summary>
    public const int MaxNamed = 1_000;

    private const int DropPage = 500;

    /// <summary>Reads how it goes.</summary>
    public async ValueTask<Result<UpstreamStatus>> StatusAsync(Caller caller, CancellationToken cancellationToken) =>
        AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused
            ? refused
            : await progress.ReadAsync(cancellationToken);

    /// <summary>Reads letters in the order of the log.</summary>
    /// <param name="after">The sequence number of the last letter of the page before; 0 to begin.</param>
    /// <param name="limit">The greatest number, 1 or more.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<Result<RefusedRecord[]>> LettersAsync(
        long after,
        int limit,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        var found = await letters.LettersAsync(after, isDue: null, limit, cancellationToken);
        var shown = new RefusedRecord[found.Count];
        for (var i = 0; i < shown.Length; i++)
        {
            var record = (await records.FindAsync(found[i].Key, cancellationToken)).Record;
            var spelling = record is null ? null : RecordState.IdentifierOf(record.State);
            shown[i] = new RefusedRecord(found[i], spelling ?? found[i].Key.ToString());
        }
        return shown;
    }

    /// <summary>Has letters sent again: the records as they are now, in a few seconds.</summary>
    /// <param name="sequences">Their sequence numbers, at most <see cref="MaxNamed"/>; null for all.</param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Result<LettersDone>> RetryAsync(
        IReadOnlyList<long>? sequences,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        DoAsync(
            "upstream.retry",
            sequences,
            caller,
            async known => await letters.RetryAsync(known, cancellationToken),
            cancellationToken
        );

    /// <summary>Drops letters. What the secondary node has of the records stays as it is until they change.</summary>
    /// <inheritdoc cref="RetryAsync"/>
    public Task<Result<LettersDone>> DropAsync(
        IReadOnlyList<long>? sequences,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        DoAsync(
            "upstream.drop",
            sequences,
            caller,
            known => known is null ? DropAllAsync(cancellationToken) : EndAsync(known, cancellationToken),
            cancellationToken
        );

    private async Task<Result<LettersDone>> DoAsync(
        string action,
        IReadOnlyList<long>? sequences,
        Caller caller,
        Func<IReadOnlyList<long>?, Task<int>> work,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.RequireOfNode(caller, Role.Admin) is { } refused)
        {
            return refused;
        }
        if (sequences?.Count is 0 or > MaxNamed)
        {
            return Error.Of(
                ErrorCode.InvalidValue,
                $"sequences: name 1 to {MaxNamed} letters, or all of them.",
                $"sequences：应给出 1 至 {MaxNamed} 个序号，或选择全部。",
                "sequences"
            );
        }
        var (known, unknown) = await SortAsync(sequences, cancellationToken);
        var changed = known?.Count is 0 ? 0 : await work(known);
        var done = known?.Count ?? changed;
        var target = known is null
            ? "all"
            : string.Join(", ", known.Select(s => s.ToString(CultureInfo.InvariantCulture)));
        await auditor.DoneAsync(caller, action, target, CancellationToken.None, done);
        return new LettersDone(done, unknown);
    }

    /// <summary>Tells the letters that there are from numbers of none. Null where all are meant.</summary>
    private async ValueTask<(List<long>? Known, List<long> Unknown)> SortAsync(
        IReadOnlyList<long>? sequences,
        CancellationToken cancellationToken
    )
    {
        var (known, unknown) = (new List<long>(), new List<long>());
        foreach (var sequence in (sequences ?? []).Distinct().Order())
        {
            var found = sequence < 1 ? [] : await letters.LettersAsync(sequence - 1, isDue: null, 1, cancellationToken);
            (found is [{ Sequence: var there }] && there == sequence ? known : unknown).Add(sequence);
        }
        return (sequences is null ? null : known, unknown);
    }

    private async Task<int> DropAllAsync(CancellationToken cancellationToken)
    {
        var (dropped, after) = (0, 0L);
        while (await letters.LettersAsync(after, isDue: null, DropPage, cancellationToken) is { Count: > 0 } page)
        {
            after = page[^1].Sequence;
            dropped += await EndAsync([.. page.Select(l => l.Sequence)], cancellationToken);
        }
        return dropped;
    }

    private Task<int> EndAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken) =>
        letters.ChangeAsync(new LetterChange([], [], sequences), cancellationToken);
}

/// <summary>A letter with what people call its record.</summary>
/// <param name="Letter">The letter.</param>
/// <param name="Identifier">The identifier in the spelling given at registration.</param>
public readonly record struct RefusedRecord(UpstreamLetter Letter, string Identifier);

/// <summary>What became of letters that a caller named.</summary>
/// <param name="Done">How many there were.</param>
/// <param name="Unknown">The numbers that no letter has.</param>
public sealed record LettersDone(int Done, IReadOnlyList<long> Unknown);
