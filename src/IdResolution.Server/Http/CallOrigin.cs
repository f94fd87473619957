using IdResolution.Core.Access;

namespace IdResolution.Server.Http;

/// <summary>Where a request on HTTP comes from, for the audit log.</summary>
internal sealed class CallOrigin(HttpContext context) : ICallOrigin
{
    public string TraceId => Http.TraceId.Of(context);

    /// <summary>
    /// The caller with the network and the trace of the request. Makes an object, so only where a line may be written.
    /// </summary>
    public static Caller Of(HttpContext context, Caller caller) =>
        caller.Origin is not null
            ? caller
            : caller with
            {
                Source = context.Source(),
                Origin = new CallOrigin(context),
            };
}
