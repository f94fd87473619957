using IdResolution.Core.Access;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Maps the calls that look at many items at once.</summary>
internal static class AnalysisApi
{
    public static void Map(RouteGroupBuilder group, AnalysisEndpoints analysis, BodyLimits limits)
    {
        RestApi
            .Map(
                group,
                "traceCommon",
                "POST /trace:common",
                analysis.CommonAsync,
                "What bad items have in common",
                "And good ones have not: lots, machines also in a span of time, tools, persons, processes, places, "
                    + "measured values. The best finding first, with the chance that it is none.",
                Role.Reader
            )
            .Takes<ApiDocument.CommonQuestion>(limits.Usual)
            .Produces<ApiDocument.CommonAnswer>()
            .WithMetadata(ReadingCall.Instance)
            .Refuses(413);
        RestApi
            .Map(
                group,
                "traceRollup",
                "POST /trace:rollup",
                analysis.RollupAsync,
                "One figure over a trace",
                "The sum, mean, least, greatest or spread of an attribute or measurement of all that an item was made "
                    + "from, or that was made from it, with what is missing.",
                Role.Reader
            )
            .Takes<ApiDocument.RollupQuestion>(BodyLimits.Small)
            .Produces<ApiDocument.RollupAnswer>()
            .WithMetadata(ReadingCall.Instance)
            .Refuses(404, 413);
    }
}
