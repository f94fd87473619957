using IdResolution.Core.Errors;
using IdResolution.Core.Handles;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Json;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Codec;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Http;
using IdResolution.Server.Options;
using Microsoft.Extensions.Options;

namespace IdResolution.Server.Handle.Http;

/// <summary><c>/api/handles/{handle}</c>: one handle, resolved, written, deleted. Thread-safe.</summary>
internal sealed class HandleCalls(
    IOptionsMonitor<LimitOptions> limits,
    HandleResolver resolver,
    HandleAdministrator administrator
)
{
    // Stands for the indexes of the values that are sent.
    private const string Various = "various";

    /// <summary>Resolves it.</summary>
    public async Task<HttpReply> ResolveAsync(HttpCall call)
    {
        var parameters = call.Parameters;
        // Who sends no credentials is not asked for them, unless it says that all values are wanted.
        if (
            !parameters.TryNumbers("index", out var indexes, out var problem)
            || !parameters.TryFlag("publicOnly", absent: call.Identity is null, out var publicOnly, out problem)
            || !parameters.TryFlag("doNotRefer", absent: false, out var doNotRefer, out problem)
        )
        {
            return HttpReply.Malformed(problem, call.Handle);
        }
        var types = parameters["type"].OfType<string>().ToList();
        if (parameters["signature"].Count > 0)
        {
            // The same name says how the credentials were made.
            var at = types.FindIndex(static t =>
                t.StartsWith("HS_", StringComparison.OrdinalIgnoreCase)
                && t.EndsWith("KEY", StringComparison.OrdinalIgnoreCase)
            );
            types.RemoveRange(Math.Max(at, 0), at < 0 ? 0 : 1);
        }
        var answer = await resolver.ResolveAsync(
            new HandleQuestion(call.Handle)
            {
                Wants = HandleQuestions.Wanted(indexes, types),
                PublicOnly = publicOnly,
                DoNotRefer = doNotRefer,
                Identify = () => ValueTask.FromResult(call.Identity),
            },
            call.Aborted
        );
        return ReplyOf(answer, call.Handle) with { MayBeOld = answer.Source.MayBeOld };
    }

    private static HttpReply ReplyOf(HandleAnswer answer, string handle)
    {
        // That a handle has no such value is no error here: it has none of them.
        if (answer.Error is { } error && error.Code != ErrorCode.ValueNotFound)
        {
            return HttpReply.Failed(error, handle);
        }
        var code = HandleQuestions.CodeOf(answer);
        return new HttpReply(
            code,
            HttpStatuses.Of(code, resolving: true),
            json =>
            {
                HttpReply.WriteStart(json, code, handle);
                json.WritePropertyName("values");
                HandleRecordJson.WriteValues(json, answer.ToHandleValues());
                if (answer.Referral is { } referral)
                {
                    json.WriteString("referral", referral.Handle);
                }
            }
        );
    }

    /// <summary>Creates it, or sets values of it.</summary>
    public async Task<HttpReply> PutAsync(HttpCall call)
    {
        var parameters = call.Parameters;
        var some = parameters["index"];
        List<int>? indexes = null;
        if (
            !parameters.TryFlag("overwrite", absent: true, out var overwrite, out var problem)
            || !parameters.TryFlag("mintNewSuffix", absent: false, out var mint, out problem)
            || (some.Count > 0 && some != Various && !parameters.TryNumbers("index", out indexes, out problem))
        )
        {
            return HttpReply.Malformed(problem, call.Handle);
        }
        if (mint && some.Count > 0)
        {
            return HttpReply.Malformed(
                "mintNewSuffix: a handle that is made has no values yet; leave index out.",
                call.Handle
            );
        }
        if (
            !(await JsonBody.ReadAsync(call.Context, limits.CurrentValue.BodyBytes)).TryGet(out var body, out var error)
        )
        {
            return HttpFaults.OfBody(error, call.Handle);
        }
        using (body)
        {
            if (!HandleRecordJson.TryReadValues(body.RootElement, out var values, out var fault))
            {
                return HttpReply.Malformed(
                    fault!.Path.Length > 0 ? $"{fault.Path}: {fault.Message}" : fault.Message,
                    call.Handle,
                    ResponseCode.InvalidValue
                );
            }
            if (indexes is not null && !indexes.Order().SequenceEqual(values.Select(v => v.Index).Order()))
            {
                return HttpReply.Malformed(
                    "index: the values sent must be those of the indexes named, or use index=various.",
                    call.Handle,
                    ResponseCode.InvalidValue
                );
            }
            var raw = values.ToRawValues();
            return some.Count > 0
                ? await SetAsync(call, raw, overwrite)
                : await CreateAsync(call, raw, overwrite, mint);
        }
    }

    private async Task<HttpReply> SetAsync(HttpCall call, RawValue[] values, bool overwrite)
    {
        var added = await administrator.AddAsync(call.Handle, values, overwrite, call.Identity, call.Aborted);
        return added.Error is { } error
            ? HttpReply.Failed(error, call.Handle)
            : HttpReply.Done(call.Handle, overwrite ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private async Task<HttpReply> CreateAsync(HttpCall call, RawValue[] values, bool overwrite, bool mint)
    {
        var result = await administrator.CreateAsync(call.Handle, values, overwrite, mint, call.Identity, call.Aborted);
        return result.TryGet(out var created, out var error)
            ? HttpReply.Done(created.Handle, created.Replaced ? StatusCodes.Status200OK : StatusCodes.Status201Created)
            : HttpReply.Failed(error, call.Handle);
    }

    /// <summary>Deletes it, or removes values of it.</summary>
    public async Task<HttpReply> DeleteAsync(HttpCall call)
    {
        if (!call.Parameters.TryNumbers("index", out var indexes, out var problem))
        {
            return HttpReply.Malformed(problem, call.Handle);
        }
        var done =
            indexes.Count > 0
                ? await administrator.RemoveAsync(call.Handle, indexes, call.Identity, call.Aborted)
                : await administrator.DeleteAsync(call.Handle, call.Identity, call.Aborted);
        return done.Error is { } error ? HttpReply.Failed(error, call.Handle) : HttpReply.Done(call.Handle);
    }
}
