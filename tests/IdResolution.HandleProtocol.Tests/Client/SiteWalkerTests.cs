using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Tests.Client;

[TestFixture]
[CancelAfter(30_000)]
public sealed class SiteWalkerTests
{
    private static readonly HandleValue s_url = new()
    {
        Index = 1,
        Type = "URL",
        Data = "https://example.cn"u8.ToArray(),
    };
    private static readonly HandleValue s_email = new()
    {
        Index = 2,
        Type = "EMAIL",
        Data = "a@example.cn"u8.ToArray(),
    };
    private static readonly AddressFilter s_loopback = new([IPNetwork.Parse("127.0.0.0/8")]);

    private readonly ConcurrentDictionary<string, IReadOnlyList<HandleValue>> _rootHandles = new();
    private readonly ConcurrentDictionary<string, IReadOnlyList<HandleValue>> _localHandles = new();
    private readonly Steps _steps = new();
    private HandleTransport _transport = null!;
    private FakeHandleServer _root = null!;
    private FakeHandleServer _local = null!;
    private WalkSettings _settings = null!;

    [SetUp]
    public void Start()
    {
        _rootHandles.Clear();
        _localHandles.Clear();
        _steps.All.Clear();
        _transport = new HandleTransport(
            new TransportSettings
            {
                FirstUdpTimeout = TimeSpan.FromMilliseconds(600),
                UdpAttempts = 2,
                RequestTimeout = TimeSpan.FromSeconds(5),
            }
        );
        _root = new FakeHandleServer(FakeHandleServer.Holding(handle => _rootHandles.GetValueOrDefault(handle)));
        _local = new FakeHandleServer(FakeHandleServer.Holding(handle => _localHandles.GetValueOrDefault(handle)));
        _settings = new WalkSettings
        {
            Roots = [_root.Server.ToSite()],
            Addresses = s_loopback,
            TimeLimit = TimeSpan.FromSeconds(10),
        };
        _rootHandles["0.NA/88.300"] = [_local.SiteValue()];
        _localHandles["88.300/1"] = [s_url, s_email];
    }

    [TearDown]
    public async Task Stop()
    {
        _transport.Dispose();
        await _root.DisposeAsync();
        await _local.DisposeAsync();
    }

    [Test]
    public async Task Resolve_FromTheRoot_AsksForTheSiteAndThenIt(CancellationToken cancel)
    {
        var result = await Walker().ResolveAsync("88.300/1", [], ["url"], _steps, cancel);

        Assert.That(Bytes(result), Is.EqualTo(s_url.Data));
        Assert.That(
            _steps.All.Select(step => (step.Kind, step.Depth, step.Handle, step.Server!.TcpPort)),
            Is.EqualTo(
                (IEnumerable<(WalkStepKind, int, string, int?)>)
                    [
                        (WalkStepKind.Answered, 1, "0.NA/88.300", _root.EndPoint.Port),
                        (WalkStepKind.Answered, 0, "88.300/1", _local.EndPoint.Port),
                    ]
            )
        );
        Assert.That(
            _steps.All.SelectMany(step => step.Attempts).Select(attempt => attempt.Transport),
            Is.All.EqualTo(SiteTransport.Udp)
        );
    }

    [Test]
    public async Task Resolve_Again_AsksOnlyWhatIsNotKnown(CancellationToken cancel)
    {
        _localHandles["88.300/2"] = [s_url with { Ttl = 0 }];
        var walker = Walker();
        for (var i = 0; i < 3; i++)
        {
            await walker.ResolveAsync("88.300/1", [], [], _steps, cancel);
            await walker.ResolveAsync("88.300/2", [], [], _steps, cancel);
        }

        Assert.That(_root.Requests, Has.Count.EqualTo(1));
        Assert.That(_local.Requests, Has.Count.EqualTo(4));
        Assert.That(_steps.All.Count(step => step.Kind == WalkStepKind.FromCache), Is.EqualTo(2 + 3));
    }

    [Test]
    public async Task Resolve_WhatIsNotThere_IsRememberedShortly(CancellationToken cancel)
    {
        var clock = new Clock();
        var walker = Walker(time: clock);
        Assert.That(
            (await walker.ResolveAsync("88.300/none", [], [], _steps, cancel)).Code,
            Is.EqualTo(ResponseCode.HandleNotFound)
        );
        Assert.That(
            (await walker.ResolveAsync("88.300/none", [], [], _steps, cancel)).Code,
            Is.EqualTo(ResponseCode.HandleNotFound)
        );
        Assert.That(_local.Requests, Has.Count.EqualTo(1));

        clock.Now += TimeSpan.FromSeconds(61);
        await walker.ResolveAsync("88.300/none", [], [], _steps, cancel);
        Assert.That(_local.Requests, Has.Count.EqualTo(2));
        Assert.That(_root.Requests, Has.Count.EqualTo(1));

        clock.Now += TimeSpan.FromDays(1);
        await walker.ResolveAsync("88.300/none", [], [], _steps, cancel);
        Assert.That(_root.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Resolve_MoreThanIsRemembered_ForgetsTheOldest(CancellationToken cancel)
    {
        for (var i = 0; i < 4; i++)
        {
            _localHandles[$"88.300/{i}"] = [s_url];
        }
        var walker = Walker(_settings with { MaxCachedAnswers = 3 });
        foreach (var i in (int[])[0, 1, 2, 3, 3, 2, 0])
        {
            await walker.ResolveAsync($"88.300/{i}", [], [], null, cancel);
        }
        Assert.That(_local.Requests, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task Resolve_ThroughAService_FollowsItsHandle(CancellationToken cancel)
    {
        _rootHandles["0.NA/88.300"] =
        [
            new HandleValue
            {
                Index = 1,
                Type = "HS_SERV",
                Data = "0.NA/service"u8.ToArray(),
            },
        ];
        _rootHandles["0.NA/service"] = [_local.SiteValue()];

        Assert.That(Bytes(await Walker().ResolveAsync("88.300/1", [], [], _steps, cancel)), Is.EqualTo(s_url.Data));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Resolve_ReferredByTheRoot_AsksWhomItNames(bool byValues, CancellationToken cancel)
    {
        await using var delegated = new FakeHandleServer(
            FakeHandleServer.Holding(handle => handle == "0.NA/88.300" ? [_local.SiteValue()] : null)
        );
        _rootHandles["0.NA/88"] = [delegated.SiteValue("HS_NA_DELEGATE")];
        var hold = _root.Answers;
        _root.Answers = message =>
            ResolutionRequest.TryRead(message.Body.Span, out var request) && request.Handle == "0.NA/88.300"
                ?
                [
                    new FakeReply(
                        ResponseCode.PrefixReferral,
                        (
                            byValues
                                ? new ReferralResponse(null, "", [delegated.SiteValue("HS_NA_DELEGATE")])
                                : new ReferralResponse(null, "0.NA/88", [])
                        ).Write
                    ),
                ]
                : hold(message);

        Assert.That(Bytes(await Walker().ResolveAsync("88.300/1", [], [], _steps, cancel)), Is.EqualTo(s_url.Data));
        Assert.That(delegated.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Resolve_PrefixTheRootDoesNotKnow_IsAskedOfThoseOfItsParent(CancellationToken cancel)
    {
        await using var delegated = new FakeHandleServer(
            FakeHandleServer.Holding(handle => handle == "0.NA/88.300" ? [_local.SiteValue()] : null)
        );
        _rootHandles.TryRemove("0.NA/88.300", out _);
        _rootHandles["0.NA/88"] = [delegated.SiteValue("HS_SITE.PREFIX")];

        Assert.That(Bytes(await Walker().ResolveAsync("88.300/1", [], [], _steps, cancel)), Is.EqualTo(s_url.Data));
        Assert.That(
            (await Walker().ResolveAsync("99.300/1", [], [], _steps, cancel)).Code,
            Is.EqualTo(ResponseCode.HandleNotFound)
        );
    }

    [Test]
    public async Task Resolve_ServiceReferralOfTheSite_IsFollowed(CancellationToken cancel)
    {
        await using var other = new FakeHandleServer(FakeHandleServer.Holding(_ => [s_email]));
        _local.Answers = _ =>
            [new FakeReply(ResponseCode.ServiceReferral, new ReferralResponse(null, "0.NA/other", []).Write)];
        _rootHandles["0.NA/other"] = [other.SiteValue()];

        Assert.That(Bytes(await Walker().ResolveAsync("88.300/1", [], [], _steps, cancel)), Is.EqualTo(s_email.Data));
    }

    [Test]
    public async Task Resolve_ReferralsInACircle_End(CancellationToken cancel)
    {
        await using var other = new FakeHandleServer();
        other.Answers = _ =>
            [new FakeReply(ResponseCode.ServiceReferral, new ReferralResponse(null, "", [_local.SiteValue()]).Write)];
        _local.Answers = _ =>
            [new FakeReply(ResponseCode.ServiceReferral, new ReferralResponse(null, "", [other.SiteValue()]).Write)];

        var result = await Walker().ResolveAsync("88.300/1", [], [], _steps, cancel);
        Assert.That(result.Code, Is.EqualTo(ResponseCode.RecursionCountTooHigh));
        Assert.That(result.Message, Does.Contain("circle"));
        Assert.That(_local.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Resolve_ServicesInACircle_End(CancellationToken cancel)
    {
        _rootHandles["0.NA/88.300"] =
        [
            new HandleValue
            {
                Index = 1,
                Type = "HS_SERV",
                Data = "88.300/service"u8.ToArray(),
            },
        ];
        var result = await Walker().ResolveAsync("88.300/1", [], [], _steps, cancel);
        Assert.That(result.Code, Is.EqualTo(ResponseCode.RecursionCountTooHigh));
        Assert.That(_root.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Resolve_EndlessReferrals_EndAtTheDepth(CancellationToken cancel)
    {
        var hops = 0;
        _root.Answers = _ =>
            [
                new FakeReply(
                    ResponseCode.ServiceReferral,
                    new ReferralResponse(null, $"0.NA/hop{Interlocked.Increment(ref hops)}", []).Write
                ),
            ];

        var result = await Walker(_settings with { MaxDepth = 4 }).ResolveAsync("88.300/1", [], [], _steps, cancel);
        Assert.That(result.Code, Is.EqualTo(ResponseCode.RecursionCountTooHigh));
        Assert.That(hops, Is.InRange(3, 5));
    }

    [Test]
    public async Task Resolve_AddressNotListed_IsNotSpokenTo(CancellationToken cancel)
    {
        var result = await Walker(_settings with { Addresses = AddressFilter.PublicOnly })
            .ResolveAsync("88.300/1", [], [], _steps, cancel);

        Assert.That(result.Code, Is.EqualTo(ResponseCode.ClientChannelError));
        Assert.That(result.Message, Does.Contain("127.0.0.1"));
        Assert.That(_steps.All[^1].Kind, Is.EqualTo(WalkStepKind.AddressRefused));
        Assert.That(_local.Requests, Is.Empty);
    }

    [Test]
    public async Task Resolve_UdpLost_GoesOverTcp(CancellationToken cancel)
    {
        _local.LoseUdp = int.MaxValue;
        Assert.That(Bytes(await Walker().ResolveAsync("88.300/1", [], [], _steps, cancel)), Is.EqualTo(s_url.Data));
        Assert.That(
            _steps.All[^1].Attempts.Select(attempt => attempt.Transport),
            Is.EqualTo((SiteTransport[])[SiteTransport.Udp, SiteTransport.Tcp])
        );
    }

    [Test]
    public async Task Resolve_OneServerAway_AsksTheOthers(CancellationToken cancel)
    {
        var gone = new FakeHandleServer();
        await gone.DisposeAsync();
        _rootHandles["0.NA/88.300"] =
        [
            new HandleValue
            {
                Index = 3,
                Type = "HS_SITE",
                Data = (_local.Site with { Servers = [.. gone.Site.Servers, .. _local.Site.Servers] }).ToData(),
            },
        ];
        for (var i = 0; i < 8; i++)
        {
            _localHandles[$"88.300/{i}"] = [s_url];
            Assert.That(
                Bytes(await Walker().ResolveAsync($"88.300/{i}", [], [], _steps, cancel)),
                Is.EqualTo(s_url.Data)
            );
        }
        Assert.That(_steps.All.Select(step => step.Kind), Does.Contain(WalkStepKind.Failed));
    }

    [Test]
    public async Task Resolve_SilentServers_EndInTime(CancellationToken cancel)
    {
        _local.Answers = _ => [];
        var watch = Stopwatch.StartNew();
        var result = await Walker().ResolveAsync("88.300/1", [], [], _steps, cancel);
        Assert.That(result.Code, Is.EqualTo(ResponseCode.ClientTimeout));

        result = await Walker(_settings with { TimeLimit = TimeSpan.FromMilliseconds(400) })
            .ResolveAsync("88.300/1", [], [], _steps, cancel);
        Assert.That(result.Code, Is.EqualTo(ResponseCode.ClientTimeout));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(12)));
    }

    [Test]
    public async Task Resolve_ByARecursiveNode_AsksItForTheHandle(CancellationToken cancel)
    {
        var walker = Walker(new WalkSettings { RecursiveNode = _local.Server });
        Assert.That(Bytes(await walker.ResolveAsync("88.300/1", [2], [], _steps, cancel)), Is.EqualTo(s_email.Data));
        Assert.That(_local.Requests.Single().Message.Header.Flags.HasFlag(OpFlags.Recursive), Is.True);
    }

    [TestCase(ResponseCode.HandleNotFound)]
    [TestCase(ResponseCode.NotResponsible)]
    public async Task Resolve_ByARecursiveNodeThatKnowsPrefixesAlone_AsksTheSite(
        ResponseCode code,
        CancellationToken cancel
    )
    {
        _root.Answers = Refusing(_root.Answers, code);
        var result = await Walker(_settings with { Roots = [], RecursiveNode = _root.Server })
            .ResolveAsync("88.300/1", [2], [], _steps, cancel);

        Assert.That(Bytes(result), Is.EqualTo(s_email.Data));
        Assert.That(
            _root.Requests.Select(request => Asked(request.Message)),
            Is.EqualTo((string[])["88.300/1", "0.NA/88.300"])
        );
        Assert.That(_local.Requests.Select(request => Asked(request.Message)), Is.EqualTo((string[])["88.300/1"]));
        Assert.That(_local.Requests.Single().Message.Header.Flags.HasFlag(OpFlags.Recursive), Is.False);
    }

    [TestCase(ResponseCode.HandleNotFound)]
    [TestCase(ResponseCode.NotResponsible)]
    public async Task Resolve_ByARecursiveNodeThatKnowsNeither_SaysSo(ResponseCode code, CancellationToken cancel)
    {
        _rootHandles.Clear();
        _root.Answers = Refusing(_root.Answers, code);
        var result = await Walker(_settings with { Roots = [], RecursiveNode = _root.Server })
            .ResolveAsync("88.300/1", [], [], _steps, cancel);

        Assert.That(result.Code, Is.EqualTo(code));
        Assert.That(result.Message, Does.Contain("88.300/1").And.Contain("0.NA/88.300"));
        Assert.That(_root.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Resolve_ByARecursiveNodeThatIsTheSite_TakesItsWord(CancellationToken cancel)
    {
        _localHandles["0.NA/88.300"] = [_local.SiteValue()];
        var result = await Walker(_settings with { Roots = [], RecursiveNode = _local.Server })
            .ResolveAsync("88.300/none", [], [], _steps, cancel);

        Assert.That(result.Code, Is.EqualTo(ResponseCode.HandleNotFound), result.Message);
        Assert.That(_local.Requests, Has.Count.EqualTo(2));
    }

    /// <summary>That it does not know the handle does not mean that there is none.</summary>
    [Test]
    public async Task Resolve_ByARecursiveNodeThatNamesASilentSite_DoesNotSayThereIsNone(CancellationToken cancel)
    {
        _local.Answers = _ => [];
        var result = await Walker(_settings with { Roots = [], RecursiveNode = _root.Server })
            .ResolveAsync("88.300/1", [], [], _steps, cancel);

        Assert.That(result.Code, Is.EqualTo(ResponseCode.ClientTimeout));
    }

    [Test]
    public async Task Resolve_HandleOfAPrefix_IsAskedOfTheRoot(CancellationToken cancel)
    {
        var result = await Walker().ResolveAsync("88.300", [], [], _steps, cancel);
        Assert.That(result.Values.Single().Type, Is.EqualTo("HS_SITE"));
        Assert.That(_local.Requests, Is.Empty);
    }

    [Test]
    public async Task Resolve_WithNothingConfigured_SaysSo(CancellationToken cancel)
    {
        var result = await Walker(new WalkSettings()).ResolveAsync("88.300/1", [], [], _steps, cancel);
        Assert.That(result.Code, Is.EqualTo(ResponseCode.OperationNotSupported));
        Assert.That(
            (await Walker().ResolveAsync(new string('x', 3000), [], [], _steps, cancel)).Code,
            Is.EqualTo(ResponseCode.InvalidHandle)
        );
    }

    [Test]
    public async Task Resolve_Judged_SeesAllValuesAndKeepsWhatIsNotSigned(CancellationToken cancel)
    {
        var verifier = new Verifier { Wrong = null };
        var walker = Walker(_settings with { Verifier = verifier });
        Assert.That(Bytes(await walker.ResolveAsync("88.300/1", [2], [], _steps, cancel)), Is.EqualTo(s_email.Data));
        Assert.That(verifier.Seen, Is.EqualTo(2));

        verifier.Wrong = "not signed";
        var result = await walker.ResolveAsync("88.300/1", [2], [], _steps, cancel);
        Assert.That((result.Code, result.Message), Is.EqualTo((ResponseCode.Error, "not signed")));
    }

    private SiteWalker Walker(WalkSettings? settings = null, TimeProvider? time = null) =>
        new(_transport, settings ?? _settings, time);

    /// <summary>Answers handles of prefixes, and refuses all others.</summary>
    private static Func<HandleMessage, IEnumerable<FakeReply>> Refusing(
        Func<HandleMessage, IEnumerable<FakeReply>> answers,
        ResponseCode code
    ) =>
        message =>
            HandleName.IsPrefixHandle(Asked(message))
                ? answers(message)
                : [new FakeReply(code, new ErrorResponse(null, "").Write)];

    private static string Asked(HandleMessage message)
    {
        Assert.That(ResolutionRequest.TryRead(message.Body.Span, out var request), Is.True);
        return request!.Handle;
    }

    private static byte[] Bytes(WalkResult result)
    {
        Assert.That(result.Code, Is.EqualTo(ResponseCode.Success), result.Message);
        return result.Values[0].Data;
    }

    private sealed class Steps : IWalkObserver
    {
        public List<WalkStep> All { get; } = [];

        public void Step(WalkStep step) => All.Add(step);
    }

    private sealed class Verifier : IValueVerifier
    {
        public string? Wrong { get; set; }

        public int Seen { get; private set; }

        public async ValueTask<string?> VerifyAsync(
            string handle,
            IReadOnlyList<HandleValue> values,
            Func<string, Task<IReadOnlyList<HandleValue>?>> resolve,
            CancellationToken cancel
        )
        {
            Seen = values.Count;
            Assert.That(await resolve("0.NA/88.300"), Is.Not.Null);
            Assert.That(await resolve("0.NA/none"), Is.Null);
            return Wrong;
        }
    }

    /// <summary>A clock that a test sets; timers run as usual.</summary>
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
