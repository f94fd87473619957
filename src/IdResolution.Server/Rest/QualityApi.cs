using IdResolution.Core.Access;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Rest;

/// <summary>Declares the calls of the quality archive.</summary>
internal static class QualityApi
{
    public static void Map(RouteGroupBuilder group, QualityEndpoints quality)
    {
        MapCounts(group, quality);
        RestApi
            .Map(
                group,
                "completeness",
                "GET /completeness",
                quality.CompletenessAsync,
                "Tell what is missing of the items of a template",
                "Parts that the template asks for, certificates, steps, and steps without values.",
                Role.Reader
            )
            .Text("template", "The code of the template. Needed.")
            .Time("from", TextParameter.Time, "Registered and passed at this time or later; 31 days where absent.")
            .Time("to", TextParameter.Time, "Before this time; now where absent.")
            .Text("step", "Lists items registered, or seen at other steps, that did not pass this one.")
            .Text("after", "Goes on where the answer before ended: its next.")
            .Number(
                "limit",
                "Records to look at, and items without the step to list.",
                CompletenessReader.UsualPage,
                least: 1,
                CompletenessReader.MaxPage
            )
            .Produces<ApiDocument.CompletenessAnswer>()
            .Refuses(413)
            .NeedsValues();
    }

    private static void MapCounts(RouteGroupBuilder group, QualityEndpoints quality) =>
        RestApi
            .Map(
                group,
                "quality",
                "GET /quality",
                quality.CountAsync,
                "Count inspections, measurements and defects",
                "Yield, first-pass yield, rework, defects by code, and what measured values come to.",
                Role.Reader
            )
            .Texts("by", $"By what: one or two of {string.Join(", ", QualityReader.Dimensions)}.")
            .Time("from", TextParameter.Time, "Events at this time or later; 31 days before the end where absent.")
            .Time("to", TextParameter.Time, "Events before this time; now where absent.")
            .Text("template", "Items of this template alone.")
            .Text("step", "This step alone.")
            .Text("equipment", "Events of this machine or tool alone: an identifier or a text.")
            .Text("characteristic", "Measurements of this characteristic alone, with what its values come to.")
            .Text("defect", "Defects of this code alone.")
            .Number(
                "limit",
                "Rows in the answer; the others are summed up in one.",
                QualityReader.DefaultRows,
                least: 1,
                QualityReader.MaxRows
            )
            .Produces<ApiDocument.QualityAnswer>()
            .Refuses(404, 413)
            .NeedsValues();
}
