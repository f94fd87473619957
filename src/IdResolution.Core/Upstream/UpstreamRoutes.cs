using IdResolution.Core.Access;
using IdResolution.Core.Documents;

namespace IdResolution.Core.Upstream;

/// <summary>
/// Tells the secondary node routes. What was told stands in the store, so that the same is told once for all nodes and
/// starts. A route that is taken is in the audit, since resolvers everywhere go by it.
/// </summary>
public sealed class UpstreamRoutes(IUpstreamLink link, ISettingStore settings, Auditor auditor)
{
    private const string Setting = "upstream.route:";

    /// <summary>Tells a route. <see cref="UpstreamOutcome.Exists"/> if it was told before.</summary>
    /// <exception cref="UpstreamException">The secondary node cannot be asked.</exception>
    public async Task<UpstreamAnswer> TellAsync(UpstreamRoute route, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(route);
        var (name, text) = (Setting + route.Prefix, route.ToString());
        var told = await settings.FindSettingAsync(name, cancellationToken);
        if (told == text)
        {
            return new UpstreamAnswer(UpstreamOutcome.Exists);
        }
        var answer = await link.SetRouteAsync(route, cancellationToken);
        if (answer.Outcome != UpstreamOutcome.Refused)
        {
            if (told is null)
            {
                await settings.GetOrAddAsync(name, text);
            }
            else
            {
                await settings.ReplaceAsync(name, told, text, cancellationToken);
            }
            await auditor.DoneAsync(Caller.Node, "upstream.route", route.Prefix, cancellationToken);
        }
        return answer;
    }
}
