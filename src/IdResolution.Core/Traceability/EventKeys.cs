using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What recognises an event that is sent again: its key in the system that sends it, else the id that it came with,
/// else its content. It is an HMAC, so that it tells nothing once the event is erased. Thread-safe.
/// </summary>
public sealed class EventKeys(CatalogHolder catalog, ItemRecognizer items, NodeSecrets secrets)
{
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

    /// <summary>True if an event has a key of a source that is not there yet.</summary>
    internal bool NamesNewSource(EventContent content, Caller caller) => FindIdentity(content, [], caller) is null;

    /// <summary>An identity to try whether an event would be taken. It makes no source, and is never kept.</summary>
    internal byte[] TriedIdentity(EventContent content, byte[] digest, Caller caller) =>
        FindIdentity(content, digest, caller)
        ?? Hashed($"event tried\n{content.Request.Source}\n{BusinessKeys.Fold(content.Request.SourceKey!, false)}");

    /// <summary>
    /// The identities under which an event with this key may be kept, of all prefixes that have the source.
    /// </summary>
    internal IReadOnlyList<byte[]> IdentitiesOf(string source, string key) =>
        [.. catalog.Current.SourcesOf(source, null).Select(one => OfKey(one, key))];

    /// <summary>The identity of what is said again after an event that said it was voided.</summary>
    internal byte[] IdentityAfter(long voided) => Hashed($"event after\n{voided}");

    /// <summary>The digest of what an event says, which is encoded already.</summary>
    internal byte[] DigestOf(EventContent content, byte[] state) => EventState.Digest(content, state, secrets);

    private byte[] OfKey(Source source, string key) => Hashed($"event key\n{source.Object}\n{source.Fold(key)}");

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
}
