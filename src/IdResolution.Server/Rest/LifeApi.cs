using IdResolution.Core.Access;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Rest;

/// <summary>Declares the calls about equipment and tools over their life.</summary>
internal static class LifeApi
{
    /// <summary>The form of a list that is a table.</summary>
    public const string Csv = "csv";

    public static void Map(RouteGroupBuilder group, LifeEndpoints lives)
    {
        MapLife(group, lives);
        MapCalibration(group, lives);
        MapMade(group, lives);
    }

    private static void MapLife(RouteGroupBuilder group, LifeEndpoints lives) =>
        RestApi.MapKeyed(
            (name, route) =>
                RestApi
                    .Map(
                        group,
                        name,
                        $"GET {route}",
                        lives.LifeAsync,
                        "What was so of a machine, tool or part at a time",
                        "Calibration, strokes, software and other values, parts, and what had happened to it.",
                        Role.Reader
                    )
                    .Time("at", TextParameter.Time, "The time; now where absent.")
                    .Number("limit", "Events to show.", LifeReader.UsualEvents, least: 1, LifeReader.MaxEvents)
                    .Produces<ApiDocument.LifeAnswer>()
                    .Refuses(413)
                    .NeedsValues(),
            "life",
            "/life"
        );

    private static void MapCalibration(RouteGroupBuilder group, LifeEndpoints lives) =>
        RestApi
            .Map(
                group,
                "calibration",
                "GET /calibration",
                lives.CalibrationAsync,
                "Whether machines were in calibration when they made an item",
                "Each machine, tool and instrument that its events name, as it was at the time of the event.",
                Role.Reader
            )
            .Text("item", "The item: an identifier or a URI; or in its place event, or source and sourceKey.")
            .Key("In place of item: the system that knows it.")
            .Text("event", "The id of one event.")
            .Text("after", "Goes on where the answer before ended: its next.")
            .Number("limit", "Events to look at.", CalibrationReader.UsualPage, least: 1, CalibrationReader.MaxPage)
            .Produces<ApiDocument.CalibrationListing>()
            .Refuses(404, 409, 413)
            .NeedsValues();

    private static void MapMade(RouteGroupBuilder group, LifeEndpoints lives) =>
        RestApi
            .Map(
                group,
                "made",
                "GET /made",
                lives.MadeAsync,
                "What a machine or tool made",
                "What came out of its events, was assembled or was worked on in them, a line for each item.",
                Role.Reader
            )
            .Text("equipment", "The machine or tool: an identifier or a text; or its source and sourceKey. Needed.")
            .Key("In place of equipment: the system that knows it.")
            .Time("from", TextParameter.Time, "At this time or later.")
            .Time("to", TextParameter.Time, "Before this time.")
            .Text("template", "Items of this template alone.")
            .Text("after", "Goes on where the page before ended: its next.")
            .Number("limit", "Lines in one answer.", MadeReader.UsualPage, least: 1, MadeReader.MaxPage)
            .Text("format", "The form of the answer; json where absent.", "json", Csv)
            .Says("X-Next", "The next of a table, which has no place for it.")
            .Produces<ApiDocument.MadeListing>(200, "application/json", "text/csv")
            .Refuses(404, 409)
            .NeedsValues();
}
