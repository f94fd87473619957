using System.Text.Json;
using IdResolution.Core.Snms;
using IdResolution.Core.Statistics;
using IdResolution.Server.Http;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Snms;

/// <summary>The calls of nodes of this kind that report to this one, which the protocol does not have.</summary>
internal sealed class LowerNodeCalls(SnmsLowerNodes nodes)
{
    private const int MaxCounts = 262_144;

    public async Task<SnmsReply> PrefixAsync(HttpContext context) =>
        (await nodes.CountAsync(context.Request.Query["prefix"], context.Caller(), context.RequestAborted)).TryGet(
            out var count,
            out var error
        )
            ? Of(json =>
                JsonSerializer.Serialize(
                    json,
                    new IdnodePrefix(IdnodePrefix.ThisKind, count),
                    SnmsJson.Default.IdnodePrefix
                )
            )
            : SnmsReply.Failed(error);

    public async Task<SnmsReply> ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var listed = await nodes.ListAsync(query["prefix"], query["after"], context.Caller(), context.RequestAborted);
        return listed.TryGet(out var page, out var error)
            ? Of(json =>
                JsonSerializer.Serialize(
                    json,
                    new IdnodeListing([.. page.Select(static i => i.Identifier)]),
                    SnmsJson.Default.IdnodeListing
                )
            )
            : SnmsReply.Failed(error);
    }

    public async Task<SnmsReply> LookAsync(HttpContext context)
    {
        var looked = await nodes.LookAsync(context.Request.Query["handle"], context.Caller(), context.RequestAborted);
        return looked.TryGet(out var seen, out var error)
            ? Of(json =>
                JsonSerializer.Serialize(
                    json,
                    new IdnodeIdentifier(seen.IsThere, seen.IsByCaller),
                    SnmsJson.Default.IdnodeIdentifier
                )
            )
            : SnmsReply.Failed(error);
    }

    public async Task<SnmsReply> TakeCountsAsync(HttpContext context)
    {
        var read = await SnmsBody.ReadAsync(context, MaxCounts, SnmsJson.Default.IdnodeCounts);
        if (!read.TryGet(out var body, out var error))
        {
            return SnmsReply.Failed(error);
        }
        var counts = body.Counts?.Select(static c =>
            c is { Day: { } day, Prefix: { } prefix } ? new ReportedCount(day, prefix, c.Register, c.Resolve) : null
        );
        return SnmsReply.Of(
            await nodes.TakeCountsAsync(body.Store, counts?.ToList(), context.Caller(), context.RequestAborted)
        );
    }

    private static SnmsReply Of(Action<Utf8JsonWriter> writeData) => new(null, writeData);
}
