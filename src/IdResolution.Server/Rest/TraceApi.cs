using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.Rest;

/// <summary>Maps the call that traces an item.</summary>
internal static class TraceApi
{
    private static readonly string[] s_directions =
    [
        .. Enum.GetNames<TraceDirection>().Select(static name => name.ToLowerInvariant()),
    ];

    public static void Map(RouteGroupBuilder group, TraceEndpoints traces) =>
        RestApi.MapKeyed(
            (name, route) =>
                RestApi
                    .Map(
                        group,
                        name,
                        $"GET {route}",
                        traces.TraceAsync,
                        "Trace an item",
                        "What it was made from, and what was made from it, to the end or to the budget. As ndjson it "
                            + "is sent as found. A partner is shown what it sees of it.",
                        Role.Reader,
                        partners: true
                    )
                    .AsPartner()
                    .Text("direction", "Where to; backward where absent.", s_directions)
                    .Time("at", TextParameter.Time, "Only what was so at this time; whatever was so where absent.")
                    .Number("number", "The number of the log to read at; its head where absent.")
                    .Texts("type", "The links to follow; consumes, contains, covers and ships where absent.")
                    .Texts("template", "Shows items of these templates alone. The trace goes on through the others.")
                    .Texts("attribute", "Attributes to show of the items, by code; in json and csv.")
                    .Time("from", TextParameter.Time, "Shows what happened at this time or later.")
                    .Time("to", TextParameter.Time, "Shows what happened before this time.")
                    .Number(
                        "budget",
                        "The greatest number of items to find.",
                        TraceQuery.DefaultBudget,
                        least: 1,
                        TraceQuery.MaxBudget
                    )
                    .Text("cursor", "Goes on where the answer before ended: its cursor.")
                    .Text("explain", "An item of the trace: the answer has the paths to it.")
                    .Text("format", "The form of the answer; by Accept where absent.", TraceForms.Names)
                    .Produces<ApiDocument.TraceAnswer>(200, TraceForms.MediaTypes[0], TraceForms.MediaTypes[1..])
                    .Refuses(409, 413)
                    .NeedsValues(),
            "trace",
            "/trace"
        );
}
