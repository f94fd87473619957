namespace IdResolution.Core.Upstream;

/// <summary>
/// Brings records of the secondary node to the state they have here. Sending the same again does no harm: what is there
/// already is updated, what is not there is created, what is gone already is deleted. Templates go first. Not for
/// several calls at once.
/// </summary>
public sealed class UpstreamSender(IUpstreamLink link, UpstreamItems items)
{
    // By prefix and version text: the template as it was sent, and why it was not taken.
    private readonly Dictionary<(string Prefix, string Version), Sent> _templates = [];

    // Those that were sent for the changes under way.
    private readonly HashSet<(string Prefix, string Version)> _looked = [];

    /// <summary>Sends changes of records that differ. Gives for each why it was refused for good, or null.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="isOfLetters">True for those of letters that are due, false for those of the log.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UpstreamException">
    /// The secondary node failed. It may have taken any part of the changes.
    /// </exception>
    public async Task<string?[]> SendAsync(
        IReadOnlyList<UpstreamChange> changes,
        bool isOfLetters,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(changes);
        BeginPage(isOfLetters);
        var untaken = new Untaken?[changes.Count];
        var all = Enumerable.Range(0, changes.Count);
        foreach (var prefix in all.GroupBy(i => changes[i].Prefix, StringComparer.OrdinalIgnoreCase))
        {
            await SendAsync(changes, [.. prefix], untaken, cancellationToken);
            var again = prefix
                .Where(i => untaken[i] is { HasFailed: false } && changes[i].Template is not null)
                .Where(i => !_looked.Contains(KeyOf(changes[i])))
                .ToList();
            if (again.Count > 0)
            {
                // The secondary node may have lost a template that it had.
                again.ForEach(i => _templates.Remove(KeyOf(changes[i])));
                await SendAsync(changes, again, untaken, cancellationToken);
            }
        }
        link.EndPage();
        return [.. untaken.Select(static u => u?.Reason)];
    }

    /// <summary>Forgets what templates the secondary node has, so that they are sent once more.</summary>
    public void ForgetTemplates() => _templates.Clear();

    /// <summary>Sends the changes of one prefix.</summary>
    private async Task SendAsync(
        IReadOnlyList<UpstreamChange> changes,
        IReadOnlyList<int> positions,
        Untaken?[] untaken,
        CancellationToken cancellationToken
    )
    {
        var (creates, updates, deletes) = (new List<int>(), new List<int>(), new List<int>());
        foreach (var i in positions)
        {
            if (changes[i].Template is null)
            {
                deletes.Add(i);
            }
            else if ((untaken[i] = await PutTemplateAsync(changes[i], cancellationToken)) is null)
            {
                (changes[i].IsNew ? creates : updates).Add(i);
            }
        }
        updates.AddRange(
            await AskAsync(changes, creates, untaken, link.CreateAsync, UpstreamOutcome.Exists, cancellationToken)
        );
        var absent = await AskAsync(
            changes,
            updates,
            untaken,
            link.UpdateAsync,
            UpstreamOutcome.Absent,
            cancellationToken
        );
        var others = await AskAsync(
            changes,
            absent,
            untaken,
            link.CreateAsync,
            UpstreamOutcome.Exists,
            cancellationToken
        );
        foreach (var i in others)
        {
            untaken[i] = new Untaken("It is not there to be updated, and there to be created.", HasFailed: true);
        }
        await DeleteAsync(changes, deletes, untaken, cancellationToken);
    }

    /// <summary>Creates or updates what is there. Returns those that need the other call.</summary>
    private static async Task<List<int>> AskAsync(
        IReadOnlyList<UpstreamChange> changes,
        List<int> those,
        Untaken?[] untaken,
        Func<IReadOnlyList<UpstreamItem>, CancellationToken, Task<IReadOnlyList<UpstreamAnswer>>> ask,
        UpstreamOutcome other,
        CancellationToken cancellationToken
    )
    {
        var others = new List<int>();
        if (those.Count == 0)
        {
            return others;
        }
        var answers = await ask([.. those.Select(i => changes[i].Item!)], cancellationToken);
        for (var n = 0; n < those.Count; n++)
        {
            if (answers[n].Outcome == other)
            {
                others.Add(those[n]);
            }
            else if (answers[n].Outcome != UpstreamOutcome.Done)
            {
                untaken[those[n]] = Untaken.Of(answers[n]);
            }
        }
        return others;
    }

    private void BeginPage(bool isOfLetters)
    {
        link.BeginPage(isOfLetters);
        _looked.Clear();
        foreach (var (key, sent) in _templates)
        {
            // What failed may have been mended there.
            if (sent.Untaken?.HasFailed == true)
            {
                _templates.Remove(key);
            }
        }
    }

    private async Task DeleteAsync(
        IReadOnlyList<UpstreamChange> changes,
        List<int> deletes,
        Untaken?[] untaken,
        CancellationToken cancellationToken
    )
    {
        if (deletes.Count == 0)
        {
            return;
        }
        var answers = await link.DeleteAsync([.. deletes.Select(i => changes[i].Identifier)], cancellationToken);
        for (var n = 0; n < deletes.Count; n++)
        {
            untaken[deletes[n]] = answers[n].Outcome is UpstreamOutcome.Done or UpstreamOutcome.Absent
                ? null
                : Untaken.Of(answers[n]);
        }
    }

    /// <summary>Sends a template unless it was sent in this form before. Gives why it was not taken, or null.</summary>
    private async ValueTask<Untaken?> PutTemplateAsync(UpstreamChange change, CancellationToken cancellationToken)
    {
        var key = KeyOf(change);
        if (_templates.TryGetValue(key, out var sent) && ReferenceEquals(sent.Template, change.Template))
        {
            return sent.Untaken;
        }
        var template = change.Template!;
        var answer = await link.PutTemplateAsync(items.Of(template, change.Prefix), cancellationToken);
        var untaken = answer.Outcome is UpstreamOutcome.Refused or UpstreamOutcome.Failed
            ? Untaken.Of(answer, $"Template {template.Code}: ")
            : null;
        _looked.Add(key);
        _templates[key] = new Sent(template, untaken);
        return untaken;
    }

    private static (string Prefix, string Version) KeyOf(UpstreamChange change) =>
        (change.Prefix, change.Item!.TemplateVersion);

    private sealed record Sent(Templates.Template Template, Untaken? Untaken);

    /// <summary>Why something was not taken.</summary>
    private sealed record Untaken(string Reason, bool HasFailed)
    {
        public static Untaken Of(UpstreamAnswer answer, string what = "") =>
            new(what + (answer.Message ?? answer.Outcome.ToString()), answer.Outcome == UpstreamOutcome.Failed);
    }
}
