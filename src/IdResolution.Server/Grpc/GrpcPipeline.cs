using System.Diagnostics;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Resolution;
using IdResolution.Server.Http;
using IdResolution.Server.Options;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Grpc;

/// <summary>Finds the caller and applies the rate limit for every gRPC request, before its messages are read.</summary>
internal sealed class GrpcPipeline(
    RequestDelegate next,
    Auditor auditor,
    RequestMetrics requests,
    ApiKeyAuthenticator callers,
    RecordQueries queries
)
{
    // The owner asks by it what a partner would be answered.
    private const string As = "idr-as";

    // Its calls read, and none of them writes a line.
    private static readonly PathString ResolverPath = new("/" + V1.Resolver.Descriptor.FullName);

    public Task InvokeAsync(HttpContext context)
    {
        if (!GrpcListener.Took(context))
        {
            return next(context);
        }
        // A call is many messages, and the library holds one of them at a time, within the limit of its service.
        BodyBound.Set(context, LimitOptions.GreatestBatchBytes);
        return requests.Enabled ? CountedAsync(context) : AnswerAsync(context);
    }

    private async Task CountedAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = RequestOutcome.Of(context);
        try
        {
            await AnswerAsync(context);
        }
        finally
        {
            CallTelemetry.Record(requests, context, outcome, started);
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        var found = callers.Find(context.Request.Headers.Authorization);
        return found is { IsOk: true, Value: { Limiter: null } caller } ? GoOn(context, caller) : SlowAsync(context);
    }

    private async Task SlowAsync(HttpContext context)
    {
        Result<Caller> found;
        try
        {
            found = await callers.GetAsync(
                context.Request.Headers.Authorization,
                context.Source(),
                context.RequestAborted
            );
        }
        catch (StoreException e)
        {
            // An unknown key is looked up in the store, which may be away.
            found = e.Error;
        }
        if (!found.TryGet(out var caller, out var error))
        {
            Refuse(context, Caller.Anonymous, error);
        }
        else if (ApiKeyAuthenticator.Limit(caller) is { } limited)
        {
            Refuse(context, caller, limited);
        }
        else
        {
            await GoOn(context, caller);
        }
    }

    private Task GoOn(HttpContext context, Caller caller)
    {
        if (context.Request.Headers.TryGetValue(As, out var partner))
        {
            if (!queries.As(partner.ToString(), caller).TryGet(out var seen, out var error))
            {
                Refuse(context, caller, error with { Field = As });
                return Task.CompletedTask;
            }
            caller = seen;
        }
        if (!context.Request.Path.StartsWithSegments(ResolverPath))
        {
            // What changes something may be audited.
            caller = CallOrigin.Of(context, caller);
        }
        if (!ReferenceEquals(caller, Caller.Anonymous))
        {
            context.SetCaller(caller);
        }
        HeldMessages.Use(context);
        return next(context);
    }

    private void Refuse(HttpContext context, Caller caller, Error error)
    {
        auditor.Denied(
            CallOrigin.Of(context, caller),
            error.Code == ErrorCode.AuthenticationFailed ? Auditor.Authentication : "gRPC",
            error.Code
        );
        RequestOutcome.Note(context, error.Code.ToString());
        GrpcErrors.Refuse(context, error);
    }
}
