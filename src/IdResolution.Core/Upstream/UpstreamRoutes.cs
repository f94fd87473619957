using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Documents;

namespace IdResolution.Core.Upstream;

/// <summary>
/// Tells the secondary node routes. What was told to which stands in the store, so that the same is told once a day for
/// all nodes and starts: the secondary node may have lost it. A route that is taken is in the audit, since resolvers
/// everywhere go by it; the same again is not.
/// </summary>
public sealed class UpstreamRoutes(
    IUpstreamLink link,
    ISettingStore settings,
    Auditor auditor,
    UpstreamRules rules,
    TimeProvider time
)
{
    private const string Setting = "upstream.route:";

    /// <summary>Tells a route. <see cref="UpstreamOutcome.Exists"/> if it was told today.</summary>
    /// <exception cref="UpstreamException">The secondary node cannot be asked.</exception>
    public async Task<UpstreamAnswer> TellAsync(UpstreamRoute route, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(route);
        var name = $"{Setting}{UpstreamTarget.NameOf(rules.Target)}:{route.Prefix}";
        var text = $"{time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} {route}";
        var told = await settings.FindSettingAsync(name, cancellationToken);
        if (told == text)
        {
            return new UpstreamAnswer(UpstreamOutcome.Exists);
        }
        var answer = await link.SetRouteAsync(route, cancellationToken);
        if (answer.Outcome != UpstreamOutcome.Refused)
        {
            await settings.SetAsync(name, told, text, cancellationToken);
            if (told?.EndsWith($" {route}", StringComparison.Ordinal) != true)
            {
                await auditor.DoneAsync(Caller.Node, "upstream.route", route.Prefix, cancellationToken);
            }
        }
        return answer;
    }
}
