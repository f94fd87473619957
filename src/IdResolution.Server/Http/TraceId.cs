using System.Diagnostics;

namespace IdResolution.Server.Http;

/// <summary>
/// The trace id of a request (W3C Trace Context), for problems and logs. Spans are made only if something collects
/// them; without them the id is found, or made, when it is first asked for.
/// </summary>
internal static class TraceId
{
    private static readonly object s_key = new();

    /// <summary>32 hexadecimal digits: the trace id in <c>traceparent</c> if there is one, else a new one.</summary>
    public static string Of(HttpContext context)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } span)
        {
            return span.TraceId.ToString();
        }
        if (context.Items.TryGetValue(s_key, out var known))
        {
            return (string)known!;
        }
        var id = ActivityContext.TryParse(context.Request.Headers.TraceParent, null, out var parent)
            ? parent.TraceId
            : ActivityTraceId.CreateRandom();
        var text = id.ToString();
        context.Items[s_key] = text;
        return text;
    }
}
