using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Tracing;

/// <summary>
/// Counts the graph of a trace that is answered as a whole: it is in memory until the last of the answer is taken.
/// </summary>
internal static class TraceMemory
{
    private const int BytesOfNode = 256;
    private const int BytesOfLink = 160;

    /// <summary>
    /// Holds it against the share of the caller; or gives the error if that is too much. The greatest one is all that a
    /// key may hold.
    /// </summary>
    public static Error? Hold(HttpContext context, TraceGraph graph) =>
        HeldAnswers
            .Of(context)
            .Hold(
                context,
                Math.Min(
                    ((long)graph.Nodes.Count * BytesOfNode) + ((long)graph.Links.Count * BytesOfLink),
                    HeldAnswers.MostOfKey
                )
            );
}
