using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What recognises an event that is sent again: its key in the system that sends it, else the id that it came with,
/// else its content. It is an HMAC, so that it tells nothing once the event is erased. Thread-safe.
/// </summary>
public sealed class EventKeys(CatalogHolder catalog, ItemRecognizer items, NodeSecrets secrets, ISettingStore settings)
{
    /// <summary>A migration sets it in a store whose events of before have keys of the former form.</summary>
    public const string FormerSetting = "event-keys.former";

    // Keys that differ in their last characters alone are neighbours in the index of events. Else each event of a
    // system that counts its keys would write to another page.
    private const int NearCharacters = 3;

    // Few enough that they tell little of a key that was erased.
    private const int NearBytes = 2;

    private Near? _near;
    private string? _former;

    /// <summary>The identity of a checked event. Makes the source of its key where it is the first of it.</summary>
    internal async ValueTask<Result<byte[]>> IdentityAsync(
        EventContent content,
        byte[] digest,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (FindIdentity(content, digest, caller) is { } identity)
        {
            return identity;
        }
        var (source, prefix) = (content.Request.Source!, PrefixOf(content, caller));
        return await items.MakeSourcesAsync([source], prefix, caller, cancellationToken) is { } refused
            ? refused
            : FindIdentity(content, digest, caller)!;
    }

    /// <summary>The identity of an event; null where the source of its key is not there.</summary>
    internal byte[]? FindIdentity(EventContent content, byte[] digest, Caller caller) =>
        content.Request switch
        {
            { Source: { } code, SourceKey: { } key } => catalog.Current.FindSource(code, PrefixOf(content, caller))
                is { } source
                ? OfKey(source, key)
                : null,
            { Id: { } id } => Hashed("event id\n" + id),
            _ => digest,
        };

    /// <summary>
    /// The identity of an event by the former form of keys; null where it has no key, or the store no such events.
    /// </summary>
    internal async ValueTask<byte[]?> FormerAsync(
        EventContent content,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        content.Request is { Source: { } code, SourceKey: { } key }
        && await HasFormerAsync(cancellationToken)
        && catalog.Current.FindSource(code, PrefixOf(content, caller)) is { } source
            ? FormerOf(source, source.Fold(key))
            : null;

    /// <summary>True if an event has a key of a source that is not there yet.</summary>
    internal bool NamesNewSource(EventContent content, Caller caller) => FindIdentity(content, [], caller) is null;

    /// <summary>An identity to try whether an event would be taken. It makes no source, and is never kept.</summary>
    internal byte[] TriedIdentity(EventContent content, byte[] digest, Caller caller) =>
        FindIdentity(content, digest, caller)
        ?? Hashed($"event tried\n{content.Request.Source}\n{BusinessKeys.Fold(content.Request.SourceKey!, false)}");

    /// <summary>
    /// The identities under which an event with this key may be kept, of all prefixes that have the source.
    /// </summary>
    internal async ValueTask<IReadOnlyList<byte[]>> IdentitiesAsync(
        string source,
        string key,
        CancellationToken cancellationToken
    )
    {
        var sources = catalog.Current.SourcesOf(source, null);
        var now = sources.Select(one => OfKey(one, key));
        return await HasFormerAsync(cancellationToken)
            ? [.. now, .. sources.Select(one => FormerOf(one, one.Fold(key)))]
            : [.. now];
    }

    /// <summary>The identity of what is said again after an event that said it was voided.</summary>
    internal byte[] IdentityAfter(long voided) => Hashed($"event after\n{voided}");

    /// <summary>The digest of what an event says, which is encoded already.</summary>
    internal byte[] DigestOf(EventContent content, byte[] state) => EventState.Digest(content, state, secrets);

    private byte[] OfKey(Source source, string key)
    {
        var folded = source.Fold(key);
        var identity = FormerOf(source, folded);
        var start = folded.AsSpan(0, Math.Max(0, folded.Length - NearCharacters));
        if (_near is not { } near || near.Source != source.Object || !start.SequenceEqual(near.Start))
        {
            _near = near = new Near(source.Object, start.ToString(), Hashed($"event keys\n{source.Object}\n{start}"));
        }
        near.Digest.AsSpan(0, NearBytes).CopyTo(identity);
        return identity;
    }

    private byte[] FormerOf(Source source, string folded) => Hashed($"event key\n{source.Object}\n{folded}");

    private async ValueTask<bool> HasFormerAsync(CancellationToken cancellationToken) =>
        (_former ??= await settings.FindSettingAsync(FormerSetting, cancellationToken) ?? "").Length > 0;

    private byte[] Hashed(string text) => secrets.Digest(Encoding.UTF8.GetBytes(text));

    /// <summary>The prefix whose sources an event uses: that of the first item of this node that it names.</summary>
    private string PrefixOf(EventContent content, Caller caller)
    {
        var known = catalog.Current;
        foreach (var member in content.Members)
        {
            // As it was named: an event that is sent again is the same, where its item was registered meanwhile too.
            var key = member.Named ?? member.Item;
            if (!key.IsText && Prefix(key.Folded.Prefix) is { } prefix && known.IsHomed(prefix))
            {
                return prefix;
            }
        }
        return caller.Prefix?.Text ?? (known.Prefixes.Count > 0 ? known.Prefixes[0].Text : "");

        static string Prefix(ReadOnlySpan<byte> folded) => Encoding.UTF8.GetString(folded);
    }

    /// <summary>The digest of what keys begin with: events mostly come with one after the other.</summary>
    private sealed record Near(long Source, string Start, byte[] Digest);
}
