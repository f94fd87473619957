using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Finds the caller whose key a form of a page holds; from then on the request is theirs.</summary>
internal sealed class PostedKey(ApiKeyAuthenticator callers, RestDenials denials)
{
    private const int MaxForm = 4_096;
    private const int MaxFormValues = 16;

    public async ValueTask<Result<Caller>> FindAsync(HttpContext context)
    {
        if (
            !RequestForm.IsOne(context.Request)
            || !(await RequestForm.ReadAsync(context, MaxForm, MaxFormValues)).TryGet(out var form, out _)
        )
        {
            return Error.Of(ErrorCode.Malformed, "A key is needed.", "需要密钥。", "key");
        }
        var found = await callers.GetByKeyAsync(form["key"].ToString(), context.Source(), context.RequestAborted);
        if (!found.TryGet(out var caller, out var error))
        {
            if (error.Code == ErrorCode.AuthenticationFailed)
            {
                denials.Note(context, Caller.Anonymous, error.Code);
            }
            return error;
        }
        caller = CallOrigin.Of(context, caller);
        context.SetCaller(caller);
        return ApiKeyAuthenticator.Limit(caller) is { } limited ? limited : caller;
    }
}
