using IdResolution.Core.Events;
using IdResolution.Core.Traceability;
using Microsoft.OpenApi;

namespace IdResolution.Server.Rest;

/// <summary>
/// The words of members that are text in the code, for the OpenAPI document: those that their readers judge by.
/// </summary>
internal static class ApiWords
{
    private static readonly string[] s_oneWay = ["backward", "forward"];

    /// <summary>The schemas of words, and the members that are of them; <c>[]</c> behind one that is a list.</summary>
    private static readonly (string Schema, IEnumerable<string> Words, string[] Members)[] s_all =
    [
        (
            nameof(EventType),
            EventNames.Types,
            ["Event.type", "ShownEvent.type", "CalibrationLine.type", "MadeLine.type", "LifeEvent.type"]
        ),
        (
            "CorrectedType",
            EventNames.Types.Where(static type => type != EventNames.Of(EventType.Correct)),
            ["Event.as", "ShownEvent.as"]
        ),
        (nameof(HoldScope), ["item", "made-from"], ["Event.scope", "ShownEvent.scope"]),
        ("EventStatus", ["active", "voided"], ["ShownEvent.status"]),
        ("EventFindingCode", EventFinding.Codes, ["EventFinding.code"]),
        (
            "LinkType",
            EventNames.Kinds,
            ["Link.type", "OwnLink.type", "LinkRule.type", "TraceLink.type", "LackAnswer.type"]
        ),
        (nameof(IntentKind), ["use", "move", "ship", "install"], ["ScanIntent.do"]),
        ("RollupFunction", AnalysisBody.Functions, ["RollupQuestion.function", "RollupAnswer.function"]),
        ("RollupDirection", s_oneWay, ["RollupQuestion.direction", "RollupAnswer.direction"]),
        (nameof(TraceDirection), [.. s_oneWay, "both"], ["TraceAnswer.direction"]),
        ("CauseKind", AnalysisBody.Kinds, ["CauseAnswer.kind", "CommonFinding.kind", "CommonQuestion.kinds[]"]),
        (nameof(CalibrationState), CalibrationStatus.Names, ["CalibrationAnswer.state"]),
        ("CalibrationRole", ["equipment", "tool", "instrument"], ["CalibrationLine.role"]),
        ("MadeRole", ["output", "parent", "item"], ["MadeLine.role"]),
    ];

    /// <summary>Gives each such member its schema.</summary>
    public static void Type(OpenApiDocument api)
    {
        var schemas = api.Components!.Schemas!;
        foreach (var (name, words, members) in s_all)
        {
            schemas[name] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = [.. words.Select(static word => (System.Text.Json.Nodes.JsonNode)word)],
            };
            foreach (var member in members)
            {
                var parts = member.Split('.', '[');
                var (properties, named) = (schemas[parts[0]].Properties!, parts[1]);
                var reference = new OpenApiSchemaReference(name, api);
                if (member.EndsWith(']'))
                {
                    ((OpenApiSchema)properties[named]).Items = reference;
                }
                else
                {
                    properties[named] = reference;
                }
            }
        }
    }
}
