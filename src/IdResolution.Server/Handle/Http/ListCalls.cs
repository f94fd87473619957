using System.IO.Pipelines;
using System.Text.Json;
using IdResolution.Core.Handles;
using IdResolution.Core.Identifiers;
using IdResolution.HandleProtocol.Messages;

namespace IdResolution.Server.Handle.Http;

/// <summary>
/// <c>/api/handles?prefix=</c>: lists handles of a prefix, all or one page, sent while they are read. Thread-safe.
/// </summary>
internal sealed class ListCalls(PrefixAdministrator prefixes, PageMarks marks)
{
    // The page size of a list without pages.
    private const int All = -1;

    private const int Step = 1_000;
    private const int FlushBytes = 32_768;

    public async Task<HttpReply> AnswerAsync(HttpCall call)
    {
        var parameters = call.Parameters;
        if (parameters.Find("prefix") is not { Length: > 0 } prefix)
        {
            return HttpReply.Malformed("prefix: name a prefix, or a handle in the path.", "");
        }
        if (
            !parameters.TryNumber("page", absent: 0, out var page, out var problem)
            || !parameters.TryNumber("pageSize", absent: All, out var pageSize, out problem)
        )
        {
            return HttpReply.Malformed(problem, prefix);
        }
        var opened = await prefixes.OpenListAsync(prefix, call.Identity, call.Aborted);
        if (!opened.TryGet(out var list, out var error))
        {
            return HttpReply.Failed(error, prefix);
        }
        var listing = new Listing(prefix, list, await list.CountAsync(call.Aborted), page, pageSize);
        return new HttpReply(ResponseCode.Success, StatusCodes.Status200OK, null)
        {
            WriteParts = (json, output) => WriteAsync(json, output, listing, call.Aborted),
        };
    }

    private async Task WriteAsync(
        Utf8JsonWriter json,
        PipeWriter output,
        Listing listing,
        CancellationToken cancellationToken
    )
    {
        var (prefix, list, total, page, pageSize) = listing;
        json.WriteNumber("responseCode", (int)ResponseCode.Success);
        json.WriteString("prefix", prefix);
        json.WriteString("totalCount", total.ToString());
        json.WriteNumber("page", pageSize == All ? 0 : page);
        json.WriteNumber("pageSize", pageSize);
        json.WriteStartArray("handles");
        await (
            pageSize == All
                ? WriteAsync(json, output, list, null, long.MaxValue, cancellationToken)
                : WritePageAsync(json, output, list, page, pageSize, cancellationToken)
        );
        json.WriteEndArray();
    }

    private async Task WritePageAsync(
        Utf8JsonWriter json,
        PipeWriter output,
        HandleList list,
        int page,
        int pageSize,
        CancellationToken cancellationToken
    )
    {
        if (pageSize == 0)
        {
            return;
        }
        var (after, skip) = marks.Before(list.Beginning, pageSize, page);
        while (skip > 0)
        {
            var skipped = await list.PageAsync(after, (int)Math.Min(Step, skip), cancellationToken);
            if (skipped.Count == 0)
            {
                return;
            }
            skip -= skipped.Count;
            after = skipped[^1].Key;
        }
        if (await WriteAsync(json, output, list, after, pageSize, cancellationToken) is { } last)
        {
            marks.Keep(list.Beginning, pageSize, page, last);
        }
    }

    /// <summary>Writes up to so many handles. Gives the key of the last, or null if no more follow.</summary>
    private static async Task<LookupKey?> WriteAsync(
        Utf8JsonWriter json,
        PipeWriter output,
        HandleList list,
        LookupKey? after,
        long count,
        CancellationToken cancellationToken
    )
    {
        while (count > 0)
        {
            var step = (int)Math.Min(Step, count);
            var handles = await list.PageAsync(after, step, cancellationToken);
            foreach (var handle in handles)
            {
                json.WriteStringValue(handle.Identifier);
            }
            if (handles.Count < step)
            {
                return null;
            }
            count -= step;
            after = handles[^1].Key;
            if (json.BytesPending + output.UnflushedBytes > FlushBytes)
            {
                await json.FlushAsync(cancellationToken);
                await output.FlushAsync(cancellationToken);
            }
        }
        return after;
    }

    /// <summary>A request for handles of a prefix.</summary>
    private sealed record Listing(string Prefix, HandleList Handles, long Total, int Page, int PageSize);
}
