using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Upstream;

/// <summary>
/// Finds what a secondary node of this kind has below the prefixes that go up and this node has not, not even revoked.
/// It is revoked there only where all its versions were written by the user that this node logs in as, and where there
/// are at most twice as many identifiers of the prefix there as here: a node that lost its records, or the wrong one,
/// must not empty the secondary node. After a restore of this node only where that is asked for. Thread-safe.
/// </summary>
internal sealed class UpstreamExtras(
    IRecordStore records,
    IUpstreamStore store,
    UpstreamItems items,
    IUpstreamLink link,
    TimeProvider time
)
{
    private static readonly Text s_removed = new("only there; revoked there", "仅上级存在，已在上级注销");
    private static readonly Text s_own = new("only there", "仅上级存在");
    private static readonly Text s_lost = new(
        "only there; perhaps lost here by the restore",
        "仅上级存在，可能是本节点恢复时丢失的"
    );
    private static readonly Text s_others = new(
        "only there, written by others there too",
        "仅上级存在，且上级有其他用户写入"
    );
    private static readonly Text s_few = new(
        "only there; not revoked, since so few of the prefix are here",
        "仅上级存在；本节点该前缀的标识过少，未予注销"
    );

    /// <summary>Lists what the secondary node has, and tells of each identifier that is only there.</summary>
    /// <param name="plan">How fast, from where on, and whether they are revoked.</param>
    /// <param name="found">Told of each, one at a time.</param>
    /// <param name="progress">Told how far it is, after each page.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns><see cref="ReconcileProgress.Extra"/> is null if the secondary node is none of this kind.</returns>
    /// <exception cref="UpstreamException">The secondary node cannot be asked.</exception>
    public async Task<ReconcileProgress> RunAsync(
        ReconcilePlan plan,
        Action<UpstreamDifference> found,
        Func<ReconcileProgress, Task> progress,
        CancellationToken cancellationToken
    )
    {
        var pace = new ReconcilePace(time, plan.PerSecond);
        var told = plan.From;
        var from = Identifier.TryParse(told.Listed, out var begun) ? begun : null;
        foreach (var prefix in items.Prefixes)
        {
            if (from is not null && string.CompareOrdinal(prefix.Folded, from.Prefix.Folded) < 0)
            {
                continue;
            }
            var counted = await pace.AskAsync(() => link.CountAsync(prefix.Text, cancellationToken), cancellationToken);
            if (counted is not { } there)
            {
                return told;
            }
            told = told with { Extra = told.Extra ?? 0 };
            var stays = await WhyStaysAsync(plan, prefix, there, cancellationToken);
            var last = prefix.Equals(from?.Prefix) ? from : null;
            while (await ListAsync(prefix, last, pace, cancellationToken) is { Count: > 0 } listed)
            {
                try
                {
                    foreach (var text in listed)
                    {
                        last = Next(text, prefix, last);
                        var what = await WhatAsync(last, stays, pace, cancellationToken);
                        if (what is { } said)
                        {
                            found(new UpstreamDifference(last.Text, 0, said));
                        }
                        told = After(told, last, what);
                    }
                }
                finally
                {
                    // What was revoked is told in any case.
                    await progress(told);
                }
            }
        }
        return told;
    }

    private static ReconcileProgress After(ReconcileProgress told, Identifier listed, Text? what) =>
        told with
        {
            Extra = told.Extra + (what is null ? 0 : 1),
            Removed = told.Removed + (what == s_removed ? 1 : 0),
            Listed = listed.Text,
        };

    private Task<IReadOnlyList<string>> ListAsync(
        Prefix prefix,
        Identifier? last,
        ReconcilePace pace,
        CancellationToken cancellationToken
    ) => pace.AskAsync(() => link.ListAsync(prefix.Text, last?.Text, cancellationToken), cancellationToken);

    /// <summary>Why nothing of a prefix is revoked; null where it may be.</summary>
    private async Task<Text?> WhyStaysAsync(
        ReconcilePlan plan,
        Prefix prefix,
        long there,
        CancellationToken cancellationToken
    )
    {
        if (items.IsOfARestore && !plan.RemovesLost)
        {
            return s_lost;
        }
        if (!plan.Removes)
        {
            return s_own;
        }
        var here = await records.CountAsync(LookupKey.Of(prefix.Folded + "/"), cancellationToken);
        return there <= 2 * here ? null : s_few;
    }

    /// <summary>The next identifier of a list. What goes on in no order would never end.</summary>
    private static Identifier Next(string text, Prefix prefix, Identifier? last) =>
        Identifier.TryParse(text, out var next)
        && next.Prefix.Equals(prefix)
        && (last is null || next.Key.Bytes.AsSpan().SequenceCompareTo(last.Key.Bytes) > 0)
            ? next
            : throw new UpstreamException("The secondary node listed identifiers out of order, or of another prefix.");

    /// <summary>What is to be said of an identifier that is there; null if it is here too.</summary>
    /// <param name="identifier">The identifier.</param>
    /// <param name="stays">Why it is not revoked; null where it is.</param>
    /// <param name="pace">Says when it may be asked for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task<Text?> WhatAsync(
        Identifier identifier,
        Text? stays,
        ReconcilePace pace,
        CancellationToken cancellationToken
    )
    {
        if (await IsHereAsync())
        {
            return null;
        }
        if (!await pace.AskAsync(() => link.IsOwnAsync(identifier.Text, cancellationToken), cancellationToken))
        {
            return s_others;
        }
        // It may have been registered, and have gone up, since it was looked for.
        if (await IsHereAsync())
        {
            return null;
        }
        if (stays is not null)
        {
            return stays;
        }
        if (await RevokeAsync(identifier, cancellationToken) is not { } answer)
        {
            return null;
        }
        return answer.Outcome is UpstreamOutcome.Refused or UpstreamOutcome.Failed
            ? new($"only there; not revoked: {answer.Message}", $"仅上级存在，未能注销：{answer.Message}")
            : s_removed;

        async ValueTask<bool> IsHereAsync() =>
            (await records.FindAsync(identifier.Key, cancellationToken)).Record is not null;
    }

    /// <summary>
    /// Revokes there what is not here. Gives null if it is registered here by now: then it is sent again.
    /// </summary>
    public async Task<UpstreamAnswer?> RevokeAsync(Identifier identifier, CancellationToken cancellationToken)
    {
        var answer = (await link.DeleteAsync([identifier.Text], cancellationToken))[0];
        if ((await records.FindAsync(identifier.Key, cancellationToken)).Record is not { } record)
        {
            return answer;
        }
        var letter = new DeadLetter(
            UpstreamReader.ReaderName,
            record.Sequence,
            "It was registered here while it was revoked there.",
            Micros.Now(time)
        );
        await store.ChangeAsync(new LetterChange([], [letter], []), cancellationToken);
        return null;
    }
}
