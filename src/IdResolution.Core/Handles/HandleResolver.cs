using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>
/// Resolves by the rules of the Handle protocol: public values, values for administrators, referrals. Thread-safe.
/// </summary>
public sealed class HandleResolver(
    HandleLookup lookup,
    HandleRights rights,
    AccessPolicy access,
    IPrefixRecords prefixes
)
{
    /// <summary>The types of values in a prefix record that a service referral holds.</summary>
    private static readonly string[] s_serviceTypes = ["HS_SITE", "HS_SERV"];

    /// <summary>The types of values that a prefix referral holds. They are about derived prefixes.</summary>
    private static readonly string[] s_prefixTypes = ["HS_SITE.PREFIX", "HS_SERV.PREFIX", "HS_NA_DELEGATE"];

    /// <summary>Answers a question. Asks for the identity only if values are wanted that are not public.</summary>
    public async ValueTask<HandleAnswer> ResolveAsync(HandleQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (!question.DoNotRefer && SendOn(question.Handle) is { } elsewhere)
        {
            return elsewhere;
        }
        var found = await lookup.ResolveAsync(question.Handle, cancellationToken);
        if (
            !access.IsOpen(found.Values)
            && found.Error?.Code is not (ErrorCode.NotResponsible or ErrorCode.InvalidIdentifier)
            && await CloseAsync(question, found, cancellationToken) is { } closed
        )
        {
            // The same answer whether the handle exists or not.
            return new HandleAnswer(found) { Error = closed };
        }
        if (found.Error is { } error)
        {
            return error.Code == ErrorCode.NotResponsible && !question.DoNotRefer
                ? await ReferAsync(found, cancellationToken)
                : new HandleAnswer(found)
                {
                    Error = question.Explains ? await lookup.ExplainAsync(found, error, cancellationToken) : error,
                };
        }
        var (shown, hidden) = Wanted(question, found, isKnown: !access.IsOpen(found.Values));
        if (hidden.Count > 0 && !question.PublicOnly)
        {
            if (await RevealAsync(question, found, hidden, shown, cancellationToken) is { } refusal)
            {
                return new HandleAnswer(found) { Error = refusal };
            }
            shown.Sort(static (a, b) => a.Index.CompareTo(b.Index));
        }
        return shown.Count == 0
            ? new HandleAnswer(found) { Error = HandleErrors.NoSuchValue }
            : new HandleAnswer(found) { Values = shown };
    }

    /// <summary>
    /// Names the node of the enterprise, if its prefix is routed on. That says nothing of the handle, so everybody is
    /// told.
    /// </summary>
    private HandleAnswer? SendOn(string handle) =>
        HandleNames.Parse(handle) is { } identifier && prefixes.FindRoute(identifier.Prefix.Text) is { } site
            ? new HandleAnswer(new FoundHandle { Identifier = identifier })
            {
                Values = [site],
                Referral = new HandleReferral(HandleNames.PrefixStart + identifier.Prefix.Text, IsOfAncestor: false),
            }
            : null;

    /// <summary>
    /// The refusal of a question about a handle that is not open to everyone, or null if who asks is known here: by a
    /// record of this node, or by the handle's own administrators.
    /// </summary>
    private async ValueTask<Error?> CloseAsync(
        HandleQuestion question,
        FoundHandle found,
        CancellationToken cancellationToken
    )
    {
        if (await question.Identify() is not { } identity)
        {
            return HandleErrors.Unidentified;
        }
        if (identity.Actor != 0)
        {
            return null;
        }
        var given = await rights.OfAsync(identity, found.Values, cancellationToken);
        return given == AdminRights.None ? HandleErrors.Refused(given) : null;
    }

    /// <summary>The values asked for, split into those shown at once and the others.</summary>
    /// <param name="question">The question.</param>
    /// <param name="found">The handle.</param>
    /// <param name="isKnown">True if it was found out that who asks may read what has public read.</param>
    private (List<RawValue> Shown, List<RawValue> Hidden) Wanted(
        HandleQuestion question,
        FoundHandle found,
        bool isKnown
    )
    {
        var shown = new List<RawValue>(found.Values.Count);
        var hidden = new List<RawValue>();
        foreach (var value in found.Values.Where(v => question.Wants is not { } wants || wants(v)))
        {
            var shows = isKnown ? Projection.Public.Shows(value) : access.ShowsToEveryone(value);
            (shows ? shown : hidden).Add(value);
        }
        return (shown, hidden);
    }

    /// <summary>
    /// Adds the hidden values that the identity may read. Returns the refusal if some cannot be read.
    /// </summary>
    private async ValueTask<Error?> RevealAsync(
        HandleQuestion question,
        FoundHandle found,
        List<RawValue> hidden,
        List<RawValue> shown,
        CancellationToken cancellationToken
    )
    {
        if (await question.Identify() is not { } identity)
        {
            return HandleErrors.Unidentified;
        }
        var given = await rights.OfAsync(identity, found.Values, cancellationToken);
        var mayRead = given.HasFlag(AdminRights.AuthorizedRead);
        foreach (var value in hidden)
        {
            if (mayRead && value.Permissions.HasFlag(Permissions.AdminRead))
            {
                shown.Add(value.IsSecret ? value with { Data = lookup.Reveal(found.Record!, value) } : value);
            }
            else if (question.Wants is not null || !mayRead)
            {
                // A question for all values gets those that can be read. A question for one value is refused.
                return HandleErrors.Unreadable(value.Index);
            }
        }
        return null;
    }

    /// <summary>
    /// Names the responsible service, if the prefix record of the prefix itself or of its nearest parent is stored here
    /// and says so.
    /// </summary>
    private async ValueTask<HandleAnswer> ReferAsync(FoundHandle found, CancellationToken cancellationToken)
    {
        var types = s_serviceTypes;
        for (var prefix = found.Identifier!.Prefix.Text; prefix is not null; prefix = HandleNames.ParentOf(prefix))
        {
            var record = await lookup.ResolveAsync(prefix, cancellationToken);
            if (record is { Exists: true, Record: not null } && Naming(record, types) is { Count: > 0 } named)
            {
                return new HandleAnswer(record)
                {
                    Values = named,
                    Referral = new HandleReferral(record.Identifier!.Text, types == s_prefixTypes),
                };
            }
            types = s_prefixTypes;
        }
        return new HandleAnswer(found) { Error = found.Error };
    }

    private static List<RawValue> Naming(FoundHandle record, string[] types) =>
        [
            .. record.Values.Where(v =>
                v.Permissions.HasFlag(Permissions.PublicRead)
                && types.Contains(v.Type, StringComparer.OrdinalIgnoreCase)
            ),
        ];
}
