using IdResolution.Core.Errors;
using IdResolution.Core.Resolution;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The parameter by which the owner asks what a partner would be answered.</summary>
internal static class AskedAs
{
    private const string Name = "as";

    /// <summary>Declares the parameter.</summary>
    public static RouteHandlerBuilder AsPartner(this RouteHandlerBuilder call) =>
        call.Text(Name, "A partner's code: the answer that this partner would get; from role reader up.");

    /// <summary>
    /// Has the request answered from here on as the partner that it names, if it names one; the error where it may not.
    /// </summary>
    public static Error? Take(HttpContext context, RecordQueries queries)
    {
        if (!queries.As(HttpResults.Text(context, Name), context.Caller()).TryGet(out var caller, out var error))
        {
            return error;
        }
        context.SetCaller(caller);
        return null;
    }
}
