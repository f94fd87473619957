using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Upstream;

/// <summary>
/// Sends the log to the secondary node, page after page. Of a record that changed several times in a page its last
/// state is sent, so nothing comes out of order. What is refused for good becomes a letter, and ends with the next
/// change of its record that is taken, or when it is sent again and taken.
/// </summary>
public sealed class UpstreamReader(
    UpstreamSender sender,
    UpstreamItems items,
    IUpstreamStore letters,
    IRecordStore records,
    UpstreamProgress progress,
    PlantClock plant
) : ILogHandler
{
    /// <summary>The name of the log reader and of its lease.</summary>
    public const string ReaderName = "upstream";

    private const int LetterPage = 500;

    // Records with values that stay here: so many are named in the log.
    private const int MostNamed = 20;

    // By the object number of its record: the letters that there are, as far as this node knows.
    private readonly Dictionary<long, List<long>> _letters = [];
    private long _count = -1;
    private long _sum;
    private long _waiting;
    private string? _another;
    private string? _kept;

    /// <inheritdoc/>
    public string Name => ReaderName;

    /// <inheritdoc/>
    public bool IsPrompt => true;

    /// <inheritdoc/>
    public TimeSpan ClosedFor => items.Rules.ClosedFor(TimeOnly.FromDateTime(plant.Now.DateTime));

    /// <inheritdoc/>
    public long? DeadLetters => Volatile.Read(ref _waiting);

    /// <inheritdoc/>
    public string? Notice => _another is null ? _kept : $"{_another} {_kept}".TrimEnd();

    /// <inheritdoc/>
    public async Task<bool> HandleAsync(
        IReadOnlyList<Change> changes,
        LogMove move,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(move);
        var sent = await GoingAsync(changes, cancellationToken);
        var letter = await SendAsync(sent, isOfLetters: false, cancellationToken);
        if (!await letters.MoveAsync(move, letter, cancellationToken))
        {
            return false;
        }
        Note(sent, letter);
        NoteKept(sent);
        await progress.SentAsync(sent, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> HasOtherWorkAsync(CancellationToken cancellationToken)
    {
        await progress.FlushAsync(cancellationToken);
        var count = await letters.CountAsync(cancellationToken);
        Volatile.Write(ref _waiting, count.Waiting);
        return count.Due > 0 || await progress.IsAnotherAsync(items.Rules.Way, cancellationToken);
    }

    /// <summary>
    /// Says that another secondary node is named than before. Sends the records of letters that are due, as they are
    /// now. One that changed since the cursor is left: its change comes with the log, and must not be sent before those
    /// ahead of it.
    /// </summary>
    public async Task DoOtherWorkAsync(long cursor, CancellationToken cancellationToken)
    {
        sender.ForgetTemplates();
        await LookForAnotherAsync(cancellationToken);
        var after = 0L;
        while (await letters.LettersAsync(after, isDue: true, LetterPage, cancellationToken) is { Count: > 0 } due)
        {
            after = due[^1].Sequence;
            await SendDueAsync(due, cursor, cancellationToken);
            if (ClosedFor > TimeSpan.Zero || await progress.HasNewsAsync(cursor, cancellationToken))
            {
                // Many letters must not hold up the log, and the next look goes on with them.
                return;
            }
        }
    }

    /// <summary>What goes up of a page of the log: of each record its last change.</summary>
    private async Task<List<UpstreamChange>> GoingAsync(
        IReadOnlyList<Change> changes,
        CancellationToken cancellationToken
    )
    {
        var last = new Dictionary<long, int>(changes.Count);
        var begun = new HashSet<long>();
        for (var i = 0; i < changes.Count; i++)
        {
            if (changes[i].Body is { Kind: LogKind.Record } body)
            {
                last[body.Object] = i;
                if (body.Operation is LogOperation.Create or LogOperation.Reinstate)
                {
                    begun.Add(body.Object);
                }
            }
        }
        var going = new List<UpstreamChange>(last.Count);
        foreach (var change in last.Values.Order().Select(i => changes[i]))
        {
            if (
                await items.OfAsync(change.Sequence, change.Body.Object, change.Key, change.State, cancellationToken) is
                { } one
            )
            {
                going.Add(one with { IsNew = begun.Contains(one.Object) });
            }
        }
        return going;
    }

    private async Task LookForAnotherAsync(CancellationToken cancellationToken)
    {
        if (
            await progress.IsAnotherAsync(items.Rules.Way, cancellationToken)
            && await progress.NoteAnotherAsync(items.Rules.Way, cancellationToken)
        )
        {
            _another =
                "Upstream:Url, :User or :Prefix is another one than before, and sending goes on where it was. What is "
                + "missing there is sent by: idnode upstream reconcile --repair.";
        }
    }

    /// <summary>Sends the records of letters.</summary>
    private async Task SendDueAsync(IReadOnlyList<UpstreamLetter> due, long cursor, CancellationToken cancellationToken)
    {
        var (sent, read) = await ReadDueAsync(due, cursor, cancellationToken);
        var outcome = await SendAsync(sent, isOfLetters: true, cancellationToken);
        await letters.ChangeAsync(
            new LetterChange([.. outcome.Added, .. read.Added], [], [.. outcome.Ended, .. read.Ended]),
            cancellationToken
        );
        Note(sent, outcome);
        NoteKept(sent);
        await progress.SentAsync(sent, cancellationToken);
    }

    /// <summary>Reads the records of letters, but for those that changed since the cursor.</summary>
    private async Task<(UpstreamChange[] Sent, LetterChange Read)> ReadDueAsync(
        IReadOnlyList<UpstreamLetter> due,
        long cursor,
        CancellationToken cancellationToken
    )
    {
        var changes = new Dictionary<long, UpstreamChange>();
        var ended = new List<long>();
        var unreadable = new List<DeadLetter>();
        foreach (var letter in due)
        {
            var record = (await records.FindAsync(letter.Key, cancellationToken)).Record;
            if (record?.Sequence > cursor)
            {
                continue;
            }
            ended.Add(letter.Sequence);
            try
            {
                if (record is not null && await ChangeOfAsync(record, cancellationToken) is { } change)
                {
                    changes[record.Object] = change;
                }
            }
            catch (UnreadableEntryException e)
            {
                // It must not hold up the others.
                unreadable.Add(new DeadLetter(Name, letter.Sequence, e.Reason, Micros.Now(plant.Time)));
            }
        }
        return ([.. changes.Values], new LetterChange(unreadable, [], ended));
    }

    private async ValueTask<UpstreamChange?> ChangeOfAsync(StoredRecord record, CancellationToken cancellationToken)
    {
        var change = await items.OfAsync(record.Sequence, record.Object, record.Key, record.State, cancellationToken);
        return change is null ? null : change with { IsNew = record.Version == 1 };
    }

    /// <summary>Sends changes. Gives the letters of those refused, and ends those of the records taken.</summary>
    private async Task<LetterChange> SendAsync(
        IReadOnlyList<UpstreamChange> changes,
        bool isOfLetters,
        CancellationToken cancellationToken
    )
    {
        var refused = new string?[changes.Count];
        try
        {
            if (changes.Count > 0)
            {
                await LoadLettersAsync(cancellationToken);
                refused = await sender.SendAsync(changes, isOfLetters, cancellationToken);
            }
        }
        catch (Exception e) when (e is not (OperationCanceledException or StoreException))
        {
            await progress.FailedAsync(e.Message, cancellationToken);
            throw;
        }
        var added = new List<DeadLetter>();
        var ended = new List<long>();
        for (var i = 0; i < refused.Length; i++)
        {
            ended.AddRange(_letters.GetValueOrDefault(changes[i].Object) ?? []);
            if (refused[i] is { } reason)
            {
                added.Add(new DeadLetter(Name, changes[i].Sequence, reason, Micros.Now(plant.Time)));
            }
        }
        return new LetterChange(added, [], ended);
    }

    /// <summary>Reads the letters, where another process may have changed them.</summary>
    private async Task LoadLettersAsync(CancellationToken cancellationToken)
    {
        var (waiting, due, sum) = await letters.CountAsync(cancellationToken);
        if (waiting + due == _count && sum == _sum)
        {
            return;
        }
        _letters.Clear();
        (_count, _sum) = (0, 0);
        var after = 0L;
        while (await letters.LettersAsync(after, isDue: null, LetterPage, cancellationToken) is { Count: > 0 } page)
        {
            after = page[^1].Sequence;
            foreach (var letter in page)
            {
                Add(letter.Object, letter.Sequence);
            }
        }
    }

    /// <summary>Notes the letters that a change made and ended.</summary>
    private void Note(IReadOnlyList<UpstreamChange> changes, LetterChange letter)
    {
        foreach (var change in changes)
        {
            if (_letters.Remove(change.Object, out var ended))
            {
                _count -= ended.Count;
                _sum -= ended.Sum();
            }
        }
        var objects = changes.ToDictionary(c => c.Sequence, c => c.Object);
        foreach (var added in letter.Added)
        {
            Add(objects[added.Sequence], added.Sequence);
        }
    }

    /// <summary>Names what stayed here, for the operator: the secondary node has none of these values.</summary>
    private void NoteKept(IReadOnlyList<UpstreamChange> sent)
    {
        var kept = sent.Where(static s => s.Kept.Count > 0).ToList();
        if (kept.Count > 0)
        {
            var named = kept.Take(MostNamed).Select(static s => $"{s.Identifier} ({string.Join(", ", s.Kept)})");
            _kept =
                $"Values of over {UpstreamItems.MaxText} characters stay here: {string.Join(", ", named)}"
                + (kept.Count > MostNamed ? $" and of {kept.Count - MostNamed} more records" : "")
                + ". All are named by: idnode upstream reconcile.";
        }
    }

    private void Add(long objectNumber, long sequence)
    {
        if (!_letters.TryGetValue(objectNumber, out var known))
        {
            _letters[objectNumber] = known = [];
        }
        known.Add(sequence);
        _count++;
        _sum += sequence;
    }
}
