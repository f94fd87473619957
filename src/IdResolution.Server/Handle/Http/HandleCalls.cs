using System.Text.Json;
using IdResolution.HandleProtocol.Json;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
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

    /// <summary>Answers a call.</summary>
    public Task<HttpReply> AnswerAsync(HttpCall call) =>
        call.Method switch
        {
            "PUT" => PutAsync(call),
            "DELETE" => DeleteAsync(call),
            _ => ResolveAsync(call),
        };

    private async Task<HttpReply> ResolveAsync(HttpCall call)
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
        var outcome = await resolver.ResolveAsync(
            call.Handle,
            indexes,
            types,
            publicOnly,
            doNotRefer,
            call.Identity,
            call.Aborted
        );
        return outcome.Code switch
        {
            ResponseCode.Success or ResponseCode.ValuesNotFound => new HttpReply(
                outcome.Code,
                HttpStatuses.Of(outcome.Code, resolving: true),
                json => WriteValues(json, outcome, call.Handle)
            )
            {
                MayBeOld = outcome.MayBeOld,
            },
            ResponseCode.ServiceReferral or ResponseCode.PrefixReferral => new HttpReply(
                outcome.Code,
                HttpStatuses.Of(outcome.Code, resolving: true),
                json =>
                {
                    WriteValues(json, outcome, call.Handle);
                    json.WriteString("referral", outcome.Referral);
                }
            )
            {
                MayBeOld = outcome.MayBeOld,
            },
            _ => HttpReply.Failed(outcome, call.Handle) with { MayBeOld = outcome.MayBeOld },
        };
    }

    private static void WriteValues(Utf8JsonWriter json, ResolutionOutcome outcome, string handle)
    {
        HttpReply.WriteStart(json, outcome.Code, handle);
        json.WritePropertyName("values");
        HandleRecordJson.WriteValues(json, outcome.Values);
    }

    private async Task<HttpReply> PutAsync(HttpCall call)
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
            return some.Count > 0
                ? await SetAsync(call, values, overwrite)
                : await CreateAsync(call, values, overwrite, mint);
        }
    }

    private async Task<HttpReply> SetAsync(HttpCall call, IReadOnlyList<HandleValue> values, bool overwrite)
    {
        var outcome = await administrator.AddAsync(call.Handle, values, overwrite, call.Identity, call.Aborted);
        return outcome.IsOk
            ? HttpReply.Done(call.Handle, overwrite ? StatusCodes.Status200OK : StatusCodes.Status201Created)
            : HttpReply.Failed(outcome, call.Handle);
    }

    private async Task<HttpReply> CreateAsync(
        HttpCall call,
        IReadOnlyList<HandleValue> values,
        bool overwrite,
        bool mint
    )
    {
        var created = await administrator.CreateAsync(
            call.Handle,
            values,
            overwrite,
            mint,
            call.Identity,
            call.Aborted
        );
        return created.IsOk
            ? HttpReply.Done(created.Handle!, created.Replaced ? StatusCodes.Status200OK : StatusCodes.Status201Created)
            : HttpReply.Failed(created, call.Handle);
    }

    private async Task<HttpReply> DeleteAsync(HttpCall call)
    {
        if (!call.Parameters.TryNumbers("index", out var indexes, out var problem))
        {
            return HttpReply.Malformed(problem, call.Handle);
        }
        var outcome =
            indexes.Count > 0
                ? await administrator.RemoveAsync(call.Handle, indexes, call.Identity, call.Aborted)
                : await administrator.DeleteAsync(call.Handle, call.Identity, call.Aborted);
        return outcome.IsOk ? HttpReply.Done(call.Handle) : HttpReply.Failed(outcome, call.Handle);
    }
}
