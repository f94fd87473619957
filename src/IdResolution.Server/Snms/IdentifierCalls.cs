using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Snms;
using IdResolution.Server.Http;
using IdResolution.Server.Options;
using IdResolution.Server.SnmsWire;
using Microsoft.Extensions.Options;

namespace IdResolution.Server.Snms;

/// <summary>The calls of <c>/identityv2/data</c> that write.</summary>
internal sealed class IdentifierCalls(SnmsIdentifiers identifiers, IOptionsMonitor<LimitOptions> limits)
{
    private const int Small = 65_536;

    public async Task<SnmsReply> RegisterAsync(HttpContext context) =>
        (await OneAsync(context)).TryGet(out var item, out var error)
            ? One(item.Handle, await identifiers.RegisterAsync([item], context.Caller(), context.RequestAborted))
            : SnmsReply.Failed(error);

    public async Task<SnmsReply> UpdateAsync(HttpContext context) =>
        (await OneAsync(context)).TryGet(out var item, out var error)
            ? One(item.Handle, await identifiers.UpdateAsync([item], context.Caller(), context.RequestAborted))
            : SnmsReply.Failed(error);

    public async Task<SnmsReply> DeleteAsync(HttpContext context) =>
        (await SnmsBody.ReadAsync(context, Small, SnmsJson.Default.SnmsHandle)).TryGet(out var body, out var error)
            ? One(body.Handle, await identifiers.DeleteAsync([body.Handle], context.Caller(), context.RequestAborted))
            : SnmsReply.Failed(error);

    public Task<SnmsReply> RegisterBatchAsync(HttpContext context) =>
        BatchAsync(context, items => identifiers.RegisterAsync(items, context.Caller(), context.RequestAborted));

    public Task<SnmsReply> UpdateBatchAsync(HttpContext context) =>
        BatchAsync(context, items => identifiers.UpdateAsync(items, context.Caller(), context.RequestAborted));

    public async Task<SnmsReply> DeleteBatchAsync(HttpContext context)
    {
        if (!(await JsonBody.ReadAsync(context, limits.CurrentValue.BatchBytes)).TryGet(out var body, out var error))
        {
            return SnmsReply.Failed(error);
        }
        List<string?>? handles;
        using (body)
        {
            if (!HandlesOf(body.RootElement).TryGet(out handles, out error))
            {
                return SnmsReply.Failed(error);
            }
        }
        var errors = await identifiers.DeleteAsync(handles, context.Caller(), context.RequestAborted);
        return SnmsReply.Items(
            handles,
            errors,
            static (json, error) =>
                json.WriteNumber("code"u8, error is null ? SnmsStatus.Success : ErrorMap.SnmsStatus(error.Code))
        );
    }

    private static SnmsReply One(string? handle, Error?[] errors) =>
        SnmsReply.Of(SnmsIdentifiers.OfOne(errors[0])) with
        {
            Target = handle,
        };

    private async ValueTask<Result<SnmsItem>> OneAsync(HttpContext context)
    {
        if (!(await JsonBody.ReadAsync(context, limits.CurrentValue.BodyBytes)).TryGet(out var body, out var error))
        {
            return error;
        }
        using (body)
        {
            return IdentifierBody.Read(body.RootElement);
        }
    }

    private async Task<SnmsReply> BatchAsync(
        HttpContext context,
        Func<IReadOnlyList<Result<SnmsItem>>, Task<Error?[]>> run
    )
    {
        if (!(await JsonBody.ReadAsync(context, limits.CurrentValue.BatchBytes)).TryGet(out var body, out var error))
        {
            return SnmsReply.Failed(error);
        }
        List<Result<SnmsItem>> items;
        List<string?> handles;
        using (body)
        {
            var list = body.RootElement;
            if (FaultOf(list) is { } fault)
            {
                return SnmsReply.Failed(fault);
            }
            var count = list.GetArrayLength();
            items = new List<Result<SnmsItem>>(count);
            handles = new List<string?>(count);
            SnmsItem? read = null;
            foreach (var element in list.EnumerateArray())
            {
                var item = IdentifierBody.Read(element, read);
                items.Add(item);
                handles.Add(item.TryGet(out read, out _) ? read.Handle : HandleIn(element));
            }
        }
        return SnmsReply.Items(handles, await run(items));
    }

    private static Result<List<string?>> HandlesOf(JsonElement body)
    {
        // The table of the protocol and its example disagree.
        var list =
            body.ValueKind == JsonValueKind.Object && body.TryGetProperty("handles", out var named) ? named : body;
        if (FaultOf(list) is { } fault)
        {
            return fault;
        }
        return list.EnumerateArray()
            .Select(static handle => handle.ValueKind == JsonValueKind.String ? handle.GetString() : null)
            .ToList();
    }

    private static string? HandleIn(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && item.TryGetProperty("handle", out var handle)
        && handle.ValueKind == JsonValueKind.String
            ? handle.GetString()
            : null;

    private static Error? FaultOf(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            return SnmsErrors.Misshapen("body");
        }
        return list.GetArrayLength() > SnmsIdentifiers.MaxBatch ? SnmsErrors.TooMany(SnmsIdentifiers.MaxBatch) : null;
    }
}
