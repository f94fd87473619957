using System.Globalization;
using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.Core.Views;

namespace IdResolution.Server.Grpc;

/// <summary>Resolves identifiers to the bytes of a message. A cached entry is rendered once. Thread-safe.</summary>
internal sealed class RecordRenderer(IdentifierReader reader, CatalogHolder catalog, IRecordCache cache)
{
    /// <summary>
    /// The fast way: the bytes kept with a cached entry, with the hit counted. If this is null, call
    /// <see cref="RenderAsync"/>.
    /// </summary>
    public Rendering? FindKept(string identifier, Caller caller)
    {
        Span<byte> key = stackalloc byte[LookupKey.MaxLength];
        if (
            !LookupKey.TryFoldAscii(identifier, key, out var length)
            || reader.FindCached(key[..length], caller, out var projection) is not { } entry
            || entry.Find(projection, RenderingForm.Protobuf, catalog.Current.TextEpoch) is not { } rendering
        )
        {
            return null;
        }
        reader.CountHit(entry);
        return rendering;
    }

    /// <summary>
    /// The record of an identifier, or the error. A stale answer sets the trailer <c>idr-stale</c>, in seconds.
    /// </summary>
    public async ValueTask<Result<Rendering>> RenderAsync(
        Result<Identifier> parsed,
        Caller caller,
        ServerCallContext context
    )
    {
        if (!parsed.TryGet(out var identifier, out var error))
        {
            return error;
        }
        var end = await reader.ReadAsync(identifier, caller, context.CancellationToken);
        if (end.Age is { } age && context.ResponseTrailers.Count == 0)
        {
            context.ResponseTrailers.Add("idr-stale", ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        }
        return end.Kind switch
        {
            ResolutionKind.Found => Kept(end.Entry!, end.Projection!),
            ResolutionKind.Foreign => ToRendering(RecordMessages.ToMessage(end.Foreign!), catalog.Current.TextEpoch),
            ResolutionKind.Template => Error.Of(
                ErrorCode.NotFound,
                $"{identifier} names the template {end.Template!.Code}: ask GetTemplate.",
                $"{identifier} 是模板 {end.Template.Code} 的标识，请使用 GetTemplate。",
                "identifier"
            ),
            _ => end.Error!,
        };
    }

    private Rendering Kept(CachedRecord entry, Projection projection)
    {
        var known = catalog.Current;
        return cache.Rendered(
            entry,
            projection,
            RenderingForm.Protobuf,
            known.TextEpoch,
            stored =>
                ToRendering(RecordMessages.ToMessage(RecordReader.Read(stored, known, projection)), known.TextEpoch)
        );
    }

    private static Rendering ToRendering(V1.Record message, long epoch) =>
        new(Google.Protobuf.MessageExtensions.ToByteArray(message), "", epoch);
}
