using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>One walk: finds the servers responsible for a handle and asks them. Each call makes its own.</summary>
internal sealed class Walk(
    HandleTransport transport,
    WalkSettings settings,
    WalkCache cache,
    IWalkObserver? observer,
    CancellationToken cancel
)
{
    private static readonly string[] s_siteTypes = ["HS_SITE", "HS_SITE.6"];
    private static readonly string[] s_derivedSiteTypes = ["HS_SITE.PREFIX", "HS_NA_DELEGATE"];

    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>
    /// All answers of this walk, even if they may not be cached: a repeated question would look like a circle.
    /// </summary>
    private readonly Dictionary<string, WalkResult> _known = new(StringComparer.Ordinal);

    /// <summary>Resolves a handle and, if there is a verifier, checks the values found.</summary>
    public async Task<WalkResult> ResolveAsync(WalkQuestion question)
    {
        if (settings.Verifier is not { } verifier)
        {
            return await ResolveAsync(question, 0);
        }
        // A signature also covers values that the question may not want, so ask for all of them.
        var all = await ResolveAsync(question with { Indexes = [], Types = [] }, 0);
        if (!all.IsSuccess)
        {
            return all;
        }
        var wrong = await verifier.VerifyAsync(
            question.Handle,
            all.Values,
            async handle =>
                await ResolveAsync(new WalkQuestion(HandleName.Qualify(handle), [], []), 1) is { IsSuccess: true } found
                    ? found.Values
                    : null,
            cancel
        );
        if (wrong is not null)
        {
            return WalkResult.Failed(ResponseCode.Error, wrong);
        }
        var wanted = all.Values.Where(value => ValueFilter.Wants(value, question.Indexes, question.Types)).ToArray();
        return wanted.Length == 0
            ? WalkResult.Failed(ResponseCode.ValuesNotFound, "The handle has no such values.")
            : all with
            {
                Values = wanted,
            };
    }

    private async Task<WalkResult> ResolveAsync(WalkQuestion question, int depth)
    {
        if (depth > settings.MaxDepth)
        {
            return TooDeep(question.Handle);
        }
        if (_known.TryGetValue(question.Key, out var known) || (known = cache.Find(question)) is not null)
        {
            observer?.Step(
                new WalkStep(
                    WalkStepKind.FromCache,
                    depth,
                    question.Handle,
                    null,
                    [],
                    known.Code,
                    known.Message,
                    known.Values
                )
            );
            return known;
        }
        var result = await FindAsync(question, depth);
        cache.Keep(question, result);
        _known[question.Key] = result;
        return result;
    }

    private async Task<WalkResult> FindAsync(WalkQuestion question, int depth)
    {
        if (settings.RecursiveNode is { } node)
        {
            return await AskNodeAsync(question, node, depth);
        }
        return HandleName.IsPrefixHandle(question.Handle)
            ? await AskRootsAsync(question, depth)
            : await AskServiceAsync(question, depth);
    }

    private async Task<WalkResult> AskNodeAsync(WalkQuestion question, HandleServer node, int depth)
    {
        var answer = await AskFollowingAsync(question, [new WalkServer(node, IsTrusted: true)], depth, recursive: true);
        return
            answer.Code is ResponseCode.HandleNotFound or ResponseCode.NotResponsible
            && !HandleName.IsPrefixHandle(question.Handle)
            ? await AskSiteOfPrefixAsync(question, node, answer, depth)
            : answer;
    }

    /// <summary>Asks the servers that the handle's prefix names.</summary>
    private async Task<WalkResult> AskServiceAsync(WalkQuestion question, int depth)
    {
        var prefixHandle = HandleName.PrefixHandleOf(question.Handle);
        var service = await ResolveAsync(WalkQuestion.Service(prefixHandle), depth + 1);
        if (service.IsSuccess)
        {
            return await AskNamedAsync(question, service.Values, derived: false, depth);
        }
        return service.Code is ResponseCode.ValuesNotFound
            ? WalkResult.Failed(ResponseCode.NotResponsible, $"{prefixHandle} names no site.")
            : service;
    }

    /// <summary>Asks the roots, which hold the handles of prefixes.</summary>
    private async Task<WalkResult> AskRootsAsync(WalkQuestion question, int depth)
    {
        var result = await AskFollowingAsync(
            question,
            [
                .. settings
                    .Roots.SelectMany(site => ServersOf(site, question.Handle))
                    .Select(server => new WalkServer(server, IsTrusted: true)),
            ],
            depth
        );
        return
            result.Code == ResponseCode.HandleNotFound
            && HandleName.ParentPrefix(HandleName.Split(question.Handle).Suffix) is { } parent
            ? await AskParentAsync(question, parent, result, depth)
            : result;
    }

    /// <summary>
    /// A recursive node may hold only the handles of prefixes. If it does not know a handle, it may know the site of
    /// the prefix, which is then asked.
    /// </summary>
    private async Task<WalkResult> AskSiteOfPrefixAsync(
        WalkQuestion question,
        HandleServer node,
        WalkResult unknown,
        int depth
    )
    {
        var prefixHandle = HandleName.PrefixHandleOf(question.Handle);
        var service = await ResolveAsync(WalkQuestion.Service(prefixHandle), depth + 1);
        if (service.Code is ResponseCode.HandleNotFound or ResponseCode.ValuesNotFound or ResponseCode.NotResponsible)
        {
            return WalkResult.Failed(
                unknown.Code,
                $"{node} knows neither {question.Handle} nor a site of {prefixHandle}."
            );
        }
        if (!service.IsSuccess)
        {
            return service;
        }
        var (servers, problem) = await ServersAsync(service.Values, derived: false, question.Handle, depth);
        // If the site is the node itself, its answer is final.
        var others = servers.Where(server => !_asked.Contains(AskedKey(server.Server, question))).ToArray();
        return problem ?? (others.Length == 0 ? unknown : await AskFollowingAsync(question, others, depth));
    }

    /// <summary>If the roots do not know a derived prefix, servers that its parent delegates to may know it.</summary>
    private async Task<WalkResult> AskParentAsync(WalkQuestion question, string parent, WalkResult unknown, int depth)
    {
        var service = await ResolveAsync(WalkQuestion.Service(HandleName.PrefixHandleStart + parent), depth + 1);
        if (!service.IsSuccess || !service.Values.Any(IsDelegation))
        {
            return unknown;
        }
        var result = await AskNamedAsync(question, service.Values, derived: true, depth);
        return result.IsSuccess ? result : unknown;
    }

    /// <summary>Asks the servers that the values name.</summary>
    private async Task<WalkResult> AskNamedAsync(
        WalkQuestion question,
        IReadOnlyList<HandleValue> values,
        bool derived,
        int depth
    )
    {
        var (servers, problem) = await ServersAsync(values, derived, question.Handle, depth);
        return problem ?? await AskFollowingAsync(question, servers, depth);
    }

    /// <summary>Asks servers, and follows their referrals.</summary>
    private async Task<WalkResult> AskFollowingAsync(
        WalkQuestion question,
        IReadOnlyList<WalkServer> servers,
        int depth,
        bool recursive = false
    )
    {
        for (var referrals = depth; ; referrals++)
        {
            if (referrals > settings.MaxDepth)
            {
                return TooDeep(question.Handle);
            }
            var (result, referral) = await AskAsync(question, servers, depth, recursive);
            if (referral is null)
            {
                return result;
            }
            var derived = result.Code == ResponseCode.PrefixReferral;
            var values = referral.Values;
            if (values.Count == 0 && referral.Handle.Length > 0)
            {
                var service = await ResolveAsync(
                    WalkQuestion.Service(HandleName.Qualify(referral.Handle)),
                    referrals + 1
                );
                if (!service.IsSuccess)
                {
                    return service.Code == ResponseCode.RecursionCountTooHigh
                        ? service
                        : WalkResult.Failed(
                            result.Code,
                            $"The referral to {referral.Handle} leads nowhere: {service.Message}"
                        );
                }
                values = service.Values;
            }
            (servers, var problem) = await ServersAsync(values, derived, question.Handle, referrals);
            if (problem is not null)
            {
                return problem;
            }
            recursive = false;
        }
    }

    /// <summary>Asks servers one after the other until one gives a final answer or a referral.</summary>
    private async Task<(WalkResult Result, ReferralResponse? Referral)> AskAsync(
        WalkQuestion question,
        IReadOnlyList<WalkServer> servers,
        int depth,
        bool recursive
    )
    {
        var result = WalkResult.Failed(
            ResponseCode.ClientChannelError,
            $"No server is named that could be asked for {question.Handle}."
        );
        foreach (var (server, isTrusted) in servers.DistinctBy(server => server.Server).Take(settings.MaxServers))
        {
            if (!isTrusted && !settings.Addresses.Allows(server.Address))
            {
                result = Refuse(question, server, depth);
                continue;
            }
            if (Lost(question, server) is { } lost)
            {
                return (lost, null);
            }
            var answer = await AskAsync(question, server, depth, recursive);
            result = new WalkResult(answer.Code, answer.Message, answer.Data ?? []);
            if (answer.Referral is not null)
            {
                return (result, answer.Referral);
            }
            if (IsFinal(answer.Code))
            {
                return (result, null);
            }
        }
        return (result, null);
    }

    /// <summary>
    /// The end of a walk that asks too much, or the same again; else null, and the server counts as asked.
    /// </summary>
    private WalkResult? Lost(WalkQuestion question, HandleServer server)
    {
        if (_asked.Count >= settings.MaxRequests)
        {
            return WalkResult.Failed(
                ResponseCode.RecursionCountTooHigh,
                $"More than {settings.MaxRequests} requests: the way to {question.Handle} has no end."
            );
        }
        return _asked.Add(AskedKey(server, question))
            ? null
            : WalkResult.Failed(
                ResponseCode.RecursionCountTooHigh,
                $"The walk goes in a circle: {server} was asked for {question.Handle} before."
            );
    }

    /// <summary>Reports that a server is not asked because its address is not allowed.</summary>
    private WalkResult Refuse(WalkQuestion question, HandleServer server, int depth)
    {
        var result = WalkResult.Failed(
            ResponseCode.ClientChannelError,
            $"The address {server.Address} is not public and not listed."
        );
        observer?.Step(
            new WalkStep(
                WalkStepKind.AddressRefused,
                depth,
                question.Handle,
                server,
                [],
                result.Code,
                result.Message,
                []
            )
        );
        return result;
    }

    private async Task<HandleDataResult<IReadOnlyList<HandleValue>>> AskAsync(
        WalkQuestion question,
        HandleServer server,
        int depth,
        bool recursive
    )
    {
        var query = new HandleQuery
        {
            Indexes = question.Indexes,
            Types = question.Types,
            Recursive = recursive,
        };
        var answer = await new HandleClient(transport, server).ResolveAsync(question.Handle, query, cancel);
        observer?.Step(
            new WalkStep(
                IsFailure(answer.Code) ? WalkStepKind.Failed : WalkStepKind.Answered,
                depth,
                question.Handle,
                server,
                answer.Exchange.Attempts,
                answer.Code,
                answer.Message,
                answer.Data ?? answer.Referral?.Values ?? []
            )
        );
        return answer;
    }

    private static bool IsFailure(ResponseCode code) =>
        code is ResponseCode.ClientTimeout or ResponseCode.ClientChannelError;

    /// <summary>True if another server would give the same answer.</summary>
    private static bool IsFinal(ResponseCode code) =>
        !IsFailure(code)
        && code
            is not (
                ResponseCode.ServerBusy
                or ResponseCode.ServerBackup
                or ResponseCode.Error
                or ResponseCode.ProtocolError
                or ResponseCode.NotResponsible
            );

    /// <summary>
    /// The servers that the values name, best first, or the problem in finding them. With <paramref name="derived"/>
    /// they are the servers for derived prefixes, otherwise those of the prefix itself.
    /// </summary>
    private async Task<(IReadOnlyList<WalkServer> Servers, WalkResult? Problem)> ServersAsync(
        IReadOnlyList<HandleValue> values,
        bool derived,
        string handle,
        int depth
    )
    {
        var isDerived = derived && values.Any(IsDelegation);
        var types = isDerived ? s_derivedSiteTypes : s_siteTypes;
        var servers = NamedBy(values, types, handle);
        var alias = isDerived ? "HS_SERV.PREFIX" : "HS_SERV";
        if (
            servers.Count == 0
            && values.FirstOrDefault(value => HandleName.SameFolded(alias, value.Type)) is { } service
        )
        {
            var found = await ResolveAsync(WalkQuestion.Service(HandleName.Qualify(service.Text)), depth + 1);
            if (!found.IsSuccess)
            {
                return ([], found);
            }
            var others = found.Values.Where(value => !HandleName.SameFolded(value.Type, "HS_SERV"));
            return await ServersAsync([.. others], derived: false, handle, depth);
        }
        return (servers, null);
    }

    /// <summary>The servers of the sites in the values of given types.</summary>
    private static List<WalkServer> NamedBy(IReadOnlyList<HandleValue> values, string[] types, string handle)
    {
        var servers = new List<WalkServer>();
        foreach (var value in values.Where(value => types.Any(type => HandleName.SameFolded(type, value.Type))))
        {
            if (SiteRecord.TryRead(value.Data, out var site))
            {
                servers.AddRange(ServersOf(site, handle).Select(server => new WalkServer(server, IsTrusted: false)));
            }
        }
        return servers;
    }

    private static string AskedKey(HandleServer server, WalkQuestion question) => $"{server}\n{question.Key}";

    private static bool IsDelegation(HandleValue value) =>
        s_derivedSiteTypes.Append("HS_SERV.PREFIX").Any(type => HandleName.SameFolded(type, value.Type));

    /// <summary>The servers of a site, starting with the one that holds the handle.</summary>
    private static IEnumerable<HandleServer> ServersOf(SiteRecord site, string handle)
    {
        var first = site.Servers.Count == 0 ? 0 : site.ServerOf(handle);
        return site
            .Servers.Skip(first)
            .Concat(site.Servers.Take(first))
            .Select(server => HandleServer.Of(server, SiteServices.Query))
            .OfType<HandleServer>();
    }

    private static WalkResult TooDeep(string handle) =>
        WalkResult.Failed(ResponseCode.RecursionCountTooHigh, $"Too many referrals on the way to {handle}.");
}
