using System.Text.Json;
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

/// <summary>The calls of <c>/api/handles/{handle}</c>: resolve, write and delete one handle. Thread-safe.</summary>
internal sealed class HandleCalls(
    IOptionsMonitor<LimitOptions> limits,
    HandleResolver resolver,
    HandleAdministrator administrator
)
{
    // Clients find out by their first request that credentials are asked for. No more than this is held of it.
    private const int LongestOfUnknown = 65_536;

    private static readonly Refusal UnknownSender = new(
        ResponseCode.AuthenticationNeeded,
        "Values this long are taken from known senders only."
    );

    public async Task<HttpReply> ResolveAsync(HttpCall call)
    {
        var parameters = call.Parameters;
        // By default a client without credentials gets public values and is not asked for credentials.
        if (
            !parameters.TryNumbers("index", out var indexes, out var problem)
            || !parameters.TryFlag("publicOnly", absent: call.Identity is null, out var publicOnly, out problem)
            || !parameters.TryFlag("doNotRefer", absent: false, out var doNotRefer, out problem)
        )
        {
            return HttpReply.Malformed(problem, call.Handle);
        }
        var answer = await resolver.ResolveAsync(
            new HandleQuestion(call.Handle)
            {
                Wants = HandleQuestions.Wanted(indexes, TypesOf(parameters)),
                PublicOnly = publicOnly,
                DoNotRefer = doNotRefer,
                Explains = true,
                Identify = () => ValueTask.FromResult(call.Identity),
            },
            call.Aborted
        );
        return ReplyOf(answer, call.Handle) with { MayBeOld = answer.Source.MayBeOld };
    }

    private static List<string> TypesOf(HttpParameters parameters)
    {
        var types = parameters["type"].OfType<string>().ToList();
        if (parameters["signature"].Count > 0)
        {
            // The parameter "type" also gives the type of the key that the credentials were made with.
            var at = types.FindIndex(static t =>
                t.StartsWith("HS_", StringComparison.OrdinalIgnoreCase)
                && t.EndsWith("KEY", StringComparison.OrdinalIgnoreCase)
            );
            types.RemoveRange(Math.Max(at, 0), at < 0 ? 0 : 1);
        }
        return types;
    }

    private static HttpReply ReplyOf(HandleAnswer answer, string handle)
    {
        // A handle without matching values is no error in this interface: it has an empty list of values.
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

    /// <summary>Creates a handle, or sets values of it.</summary>
    public async Task<HttpReply> PutAsync(HttpCall call)
    {
        if (!Putting.TryRead(call.Parameters, out var putting, out var problem))
        {
            return HttpReply.Malformed(problem, call.Handle);
        }
        var longest = limits.CurrentValue.BodyBytes;
        var limit = call.Identity is null ? Math.Min(longest, LongestOfUnknown) : longest;
        if (!(await JsonBody.ReadAsync(call.Context, limit)).TryGet(out var body, out var error))
        {
            return limit < longest && error.Code == ErrorCode.TooLarge
                ? HttpReply.Failed(UnknownSender, call.Handle)
                : HttpFaults.OfBody(error, call.Handle);
        }
        using (body)
        {
            if (!TryReadValues(body.RootElement, putting.Indexes, out var values, out problem, out var code))
            {
                return HttpReply.Malformed(problem, call.Handle, code);
            }
            return putting.IsOfValues
                ? await SetAsync(call, values, putting.Overwrite)
                : await CreateAsync(call, values, putting.Overwrite, putting.Mint);
        }
    }

    /// <summary>Reads the values in the body. They must have exactly the indexes that are named, if any are.</summary>
    private static bool TryReadValues(
        JsonElement body,
        List<int>? indexes,
        out RawValue[] raw,
        out string? problem,
        out ResponseCode code
    )
    {
        raw = [];
        problem = null;
        if (!HandleRecordJson.HasValues(body))
        {
            problem = "The body is an array of values, an object with values, or one value.";
            code = ResponseCode.ProtocolError;
            return false;
        }
        code = ResponseCode.InvalidValue;
        if (!HandleRecordJson.TryReadValues(body, out var values, out var fault))
        {
            problem = fault!.Path.Length > 0 ? $"{fault.Path}: {fault.Message}" : fault.Message;
            return false;
        }
        if (indexes is not null && !indexes.Order().SequenceEqual(values.Select(v => v.Index).Order()))
        {
            problem = "index: the values sent must be those of the indexes named, or use index=various.";
            return false;
        }
        raw = values.ToRawValues();
        return true;
    }

    private async Task<HttpReply> SetAsync(HttpCall call, RawValue[] values, bool overwrite)
    {
        var added = await administrator.AddAsync(
            call.Handle,
            values,
            overwrite,
            call.Identity,
            call.Sender,
            call.Aborted
        );
        return !added.TryGet(out var changed, out var error)
            ? HttpReply.Failed(error, call.Handle)
            : HttpReply.Done(call.Handle, StatusOf(changed.Replaced));
    }

    private async Task<HttpReply> CreateAsync(HttpCall call, RawValue[] values, bool overwrite, bool mint)
    {
        var result = await administrator.CreateAsync(call.Handle, values, overwrite, mint, call.Identity, call.Aborted);
        return result.TryGet(out var created, out var error)
            ? HttpReply.Done(created.Handle, StatusOf(created.Replaced))
            : HttpReply.Failed(error, call.Handle);
    }

    private static int StatusOf(bool replaced) => replaced ? StatusCodes.Status200OK : StatusCodes.Status201Created;

    /// <summary>Deletes a handle, or removes values of it.</summary>
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

    /// <summary>The parameters of a PUT.</summary>
    /// <param name="Overwrite">True if an existing handle or value is replaced.</param>
    /// <param name="Mint">True if the node makes the suffix of the handle.</param>
    /// <param name="IsOfValues">True if values of an existing handle are set; false if the handle is created.</param>
    /// <param name="Indexes">The indexes of the values, if they are named.</param>
    private readonly record struct Putting(bool Overwrite, bool Mint, bool IsOfValues, List<int>? Indexes)
    {
        // Means: the indexes of the values in the body.
        private const string Various = "various";

        public static bool TryRead(HttpParameters parameters, out Putting putting, out string? problem)
        {
            putting = default;
            var some = parameters["index"];
            List<int>? indexes = null;
            if (
                !parameters.TryFlag("overwrite", absent: true, out var overwrite, out problem)
                || !parameters.TryFlag("mintNewSuffix", absent: false, out var mint, out problem)
                || (some.Count > 0 && some != Various && !parameters.TryNumbers("index", out indexes, out problem))
            )
            {
                return false;
            }
            if (mint && some.Count > 0)
            {
                problem = "mintNewSuffix: a handle that is made has no values yet; leave index out.";
                return false;
            }
            putting = new Putting(overwrite, mint, some.Count > 0, indexes);
            return true;
        }
    }
}
