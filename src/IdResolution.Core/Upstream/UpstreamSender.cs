namespace IdResolution.Core.Upstream;

/// <summary>
/// Brings records of the secondary node to the state they have here. Sending the same again does no harm: what is there
/// already is updated, what is not there is created, what is gone already is deleted. Templates go first. Not for
/// several calls at once.
/// </summary>
public sealed class UpstreamSender(IUpstreamLink link, UpstreamItems items)
{
    // By prefix and version text: the template as it was sent, and why it was refused.
    private readonly Dictionary<(string Prefix, string Version), Sent> _templates = [];
    private bool _lookedAnew;

    /// <summary>Sends changes of records that differ. Gives for each why it was refused for good, or null.</summary>
    /// <exception cref="UpstreamException">
    /// The secondary node failed. It may have taken any part of the changes.
    /// </exception>
    public async Task<string?[]> SendAsync(IReadOnlyList<UpstreamChange> changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var refused = new string?[changes.Count];
        var all = Enumerable.Range(0, changes.Count);
        foreach (var prefix in all.GroupBy(i => changes[i].Prefix, StringComparer.OrdinalIgnoreCase))
        {
            _lookedAnew = false;
            await SendAsync(changes, [.. prefix], refused, cancellationToken);
            var again = prefix.Where(i => refused[i] is not null && changes[i].Template is not null).ToList();
            if (again.Count > 0 && !_lookedAnew)
            {
                // The secondary node may have lost a template that it had.
                _lookedAnew = true;
                again.ForEach(i => _templates.Remove((changes[i].Prefix, changes[i].Item!.TemplateVersion)));
                again.ForEach(i => refused[i] = null);
                await SendAsync(changes, again, refused, cancellationToken);
            }
        }
        return refused;
    }

    /// <summary>Forgets what templates the secondary node has, so that they are sent once more.</summary>
    public void ForgetTemplates() => _templates.Clear();

    /// <summary>Sends the changes of one prefix.</summary>
    private async Task SendAsync(
        IReadOnlyList<UpstreamChange> changes,
        IReadOnlyList<int> positions,
        string?[] refused,
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
            else if ((refused[i] = await PutTemplateAsync(changes[i], cancellationToken)) is null)
            {
                (changes[i].IsNew ? creates : updates).Add(i);
            }
        }
        updates.AddRange(await AskAsync(creates, link.CreateAsync, UpstreamOutcome.Exists));
        var absent = await AskAsync(updates, link.UpdateAsync, UpstreamOutcome.Absent);
        if ((await AskAsync(absent, link.CreateAsync, UpstreamOutcome.Exists)).Count > 0)
        {
            throw new UpstreamException("Somebody else changes the same identifiers at the secondary node.");
        }
        await DeleteAsync(changes, deletes, refused, cancellationToken);

        // Returns those that need the other call.
        async Task<List<int>> AskAsync(
            List<int> those,
            Func<IReadOnlyList<UpstreamItem>, CancellationToken, Task<IReadOnlyList<UpstreamAnswer>>> ask,
            UpstreamOutcome other
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
                    refused[those[n]] = Reason(answers[n]);
                }
            }
            return others;
        }
    }

    private async Task DeleteAsync(
        IReadOnlyList<UpstreamChange> changes,
        List<int> deletes,
        string?[] refused,
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
            refused[deletes[n]] = answers[n].Outcome is UpstreamOutcome.Done or UpstreamOutcome.Absent
                ? null
                : Reason(answers[n]);
        }
    }

    /// <summary>Sends a template unless it was sent in this form before. Gives why it was refused, or null.</summary>
    private async ValueTask<string?> PutTemplateAsync(UpstreamChange change, CancellationToken cancellationToken)
    {
        var key = (change.Prefix, change.Item!.TemplateVersion);
        if (_templates.TryGetValue(key, out var sent) && ReferenceEquals(sent.Template, change.Template))
        {
            return sent.Refused;
        }
        var template = change.Template!;
        var answer = await link.PutTemplateAsync(items.Of(template, change.Prefix), cancellationToken);
        var refused = answer.Outcome == UpstreamOutcome.Refused ? $"Template {template.Code}: {Reason(answer)}" : null;
        _lookedAnew |= sent is null;
        _templates[key] = new Sent(template, refused);
        return refused;
    }

    private static string Reason(UpstreamAnswer answer) => answer.Message ?? answer.Outcome.ToString();

    private sealed record Sent(Templates.Template Template, string? Refused);
}
