using IdResolution.Core.Access;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Maps the calls that look at many items at once.</summary>
internal static class AnalysisApi
{
    public static void Map(RouteGroupBuilder group, AnalysisEndpoints analysis, BodyLimits limits) =>
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
}
