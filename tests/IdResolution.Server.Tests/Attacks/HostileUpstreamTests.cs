using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Snms;
using IdResolution.Core.Upstream;
using IdResolution.Server.Options;
using IdResolution.Server.SnmsWire;
using IdResolution.Server.Tests.Caching;
using IdResolution.Server.Tests.Faults;
using IdResolution.Server.Tests.Rest;
using IdResolution.Server.UpstreamLink;
using IdResolution.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>A secondary node that answers what it likes. The node goes on, and keeps little of it.</summary>
[TestFixture]
public sealed class HostileUpstreamTests
{
    private const string Secret = "the-secret";
    private const string LogIn = """{"message":"success","status":1,"data":{"token":"t"}}""";

    private static readonly string s_long = new('x', 2 << 20);

    private TemporaryDirectory _directory = null!;
    private WebApplication _upper = null!;
    private Func<string, HttpContext, string> _answer = null!;
    private ConcurrentQueue<string> _bodies = null!;
    private int _calls;

    [SetUp]
    public async Task StartAsync()
    {
        _directory = new TemporaryDirectory();
        _bodies = [];
        await File.WriteAllTextAsync(Path.Combine(_directory.Path, "secret"), Secret);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _upper = builder.Build();
        _upper.Urls.Add("http://127.0.0.1:0");
        _upper.Run(async context =>
        {
            Interlocked.Increment(ref _calls);
            using var body = new StreamReader(context.Request.Body);
            _bodies.Enqueue(await body.ReadToEndAsync());
            var text = _answer(context.Request.Path, context);
            await context.Response.WriteAsync(text);
        });
        await _upper.StartAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _upper.DisposeAsync();
        _directory.Dispose();
    }

    [TestCase("""{"status":1,"data":{"token":5}}""")]
    [TestCase("""{"status":1,"data":{"token":"a\r\nb: c"}}""")]
    [TestCase("""{"status":1,"data":[]}""")]
    [TestCase("""{"status":1e999}""")]
    [TestCase("""[[[[""")]
    [TestCase("")]
    public async Task LogInAnswer_ThatIsNone_IsAFailure_AndTheNodeServesOn(string answer)
    {
        _answer = (_, _) => answer;
        await using var node = await StartNodeAsync(upstream => upstream.Route = UpstreamRouteKind.Own);
        await node.RegisterAsync();

        // Two kinds of work log in: the one that sends, and the one that tells the route.
        Assert.That(() => Volatile.Read(ref _calls), Is.GreaterThan(3).After(30_000, 100));
        Assert.That((await node.GetAsync("/healthz")).Status, Is.EqualTo(200));
        Assert.That(
            async () => (await TellAsync(node)).Error,
            Is.Not.Null.And.Length.LessThan(1_000).After(30_000, 100)
        );
    }

    [Test]
    public async Task Refusals_OfMegabytesWithControlCharacters_AreCutAndCleanedBeforeTheyAreKept()
    {
        var refusal = $$"""{"message":"\u001b]0;p\u0007\r\nFAKE{{s_long}}","status":-2,"data":null}""";
        _answer = (path, _) => path.StartsWith("/identity/", StringComparison.Ordinal) ? LogIn : refusal;
        await using var node = await StartNodeAsync();
        for (var i = 0; i < 20; i++)
        {
            await node.RegisterAsync();
        }
        var letters = node.Services.GetRequiredService<IUpstreamStore>();

        Assert.That(
            async () => (await letters.CountAsync(CancellationToken.None)).Waiting,
            Is.EqualTo(20).After(60_000, 100)
        );
        foreach (var letter in await letters.LettersAsync(0, isDue: false, 100, CancellationToken.None))
        {
            Assert.That(letter.Reason, Has.Length.LessThanOrEqualTo(DeadLetter.MaxReason));
            Assert.That(letter.Reason.Any(char.IsControl), Is.False);
        }
    }

    [Test]
    public async Task Failure_OfAllInMidBatch_MakesNoLetters()
    {
        // 0: fails at BAD. 1: fails at all, from the first batch on that was taken. 2: fails at BAD for good.
        var phase = 1;
        _answer = (path, _) =>
        {
            if (path.StartsWith("/identity/", StringComparison.Ordinal))
            {
                return LogIn;
            }
            if (phase == 1 || (path == SnmsPaths.BatchCreate && _bodies.Last().Contains("BAD")))
            {
                return """{"message":"busy","status":-4,"data":null}""";
            }
            if (path != SnmsPaths.BatchCreate)
            {
                var isMade = path == SnmsPaths.TemplateV5;
                return isMade ? """{"status":1,"data":true}""" : """{"message":"没有找到标识","status":-2}""";
            }
            phase = phase == 0 ? 1 : phase;
            return Outcomes("success");
        };
        await using var node = await StartNodeAsync();
        foreach (var name in new[] { "A", "B", "BAD", "C" })
        {
            await node.RegisterAsync(identifier: $"{TestNode.Prefix}/{name}");
        }
        var letters = node.Services.GetRequiredService<IUpstreamStore>();

        phase = 0;
        Assert.That(() => phase, Is.EqualTo(1).After(60_000, 5));
        var calls = Volatile.Read(ref _calls);
        Assert.That(() => Volatile.Read(ref _calls), Is.GreaterThan(calls + 3).After(60_000, 50));
        Assert.That((await letters.CountAsync(CancellationToken.None)).Waiting, Is.Zero);

        phase = 2;
        Assert.That(
            async () => (await letters.CountAsync(CancellationToken.None)).Waiting,
            Is.EqualTo(1).After(90_000, 50)
        );
    }

    [Test]
    public async Task Item_ThereToCreateAndNotThereToUpdate_IsALetter()
    {
        _answer = (path, _) =>
            path switch
            {
                SnmsPaths.BatchCreate => Outcomes("标识已存在"),
                SnmsPaths.BatchUpdate => Outcomes("标识不存在"),
                SnmsPaths.TemplateV5 => """{"status":1,"data":true}""",
                _ => LogIn,
            };
        await using var node = await StartNodeAsync();
        await node.RegisterAsync();
        var letters = node.Services.GetRequiredService<IUpstreamStore>();
        Assert.That(
            async () => (await letters.CountAsync(CancellationToken.None)).Waiting,
            Is.EqualTo(1).After(60_000, 50)
        );
    }

    [Test]
    public async Task Answer_WithoutEnd_IsAFailure()
    {
        _answer = (_, context) =>
        {
            context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseBodyFeature>()!.DisableBuffering();
            return string.Concat(Enumerable.Repeat(s_long, 8));
        };
        await using var node = await StartNodeAsync();
        await node.RegisterAsync();

        Assert.That(async () => (await TellAsync(node)).Error, Is.Not.Null.After(30_000, 100));
    }

    [TestCase(HttpStatusCode.ServiceUnavailable)]
    [TestCase(HttpStatusCode.InternalServerError)]
    public async Task RetryAfter_OfYears_IsNotBelieved(HttpStatusCode status)
    {
        _answer = (_, context) =>
        {
            context.Response.StatusCode = (int)status;
            context.Response.Headers.RetryAfter = "2147483647";
            return "";
        };
        await using var node = await StartNodeAsync();
        await node.RegisterAsync();
        Assert.That(async () => (await TellAsync(node)).Error, Does.Contain($"{(int)status}").After(30_000, 100));
        var reader = node.Services.GetServices<LogReader>().Single(r => r.Name == UpstreamReader.ReaderName);
        Assert.That(((LaterException)reader.Failure!).After, Is.EqualTo(TimeSpan.FromMinutes(15)));
    }

    /// <summary>
    /// To another server, and to another path of the same one: a redirection says nothing of what was done.
    /// </summary>
    [TestCase(HttpStatusCode.Found, false, false)]
    [TestCase(HttpStatusCode.TemporaryRedirect, false, false)]
    [TestCase(HttpStatusCode.TemporaryRedirect, true, false)]
    [TestCase(HttpStatusCode.PermanentRedirect, true, false)]
    [TestCase(HttpStatusCode.TemporaryRedirect, false, true)]
    [TestCase(HttpStatusCode.PermanentRedirect, true, true)]
    public async Task Redirection_IsNotFollowed_AndNeitherSecretNorTokenGoesThere(
        HttpStatusCode status,
        bool logsIn,
        bool isSameServer
    )
    {
        const string moved = "/moved";
        var followed = 0;
        await using var other = WebApplication.CreateSlimBuilder().Build();
        other.Urls.Add("http://127.0.0.1:0");
        other.Run(context =>
        {
            Interlocked.Increment(ref followed);
            return context.Response.WriteAsync(LogIn);
        });
        await other.StartAsync();
        _answer = (path, context) =>
        {
            if (path.StartsWith(moved, StringComparison.Ordinal))
            {
                Interlocked.Increment(ref followed);
                return LogIn;
            }
            if (path == SnmsPaths.TokenV1 && logsIn)
            {
                return LogIn;
            }
            context.Response.StatusCode = (int)status;
            context.Response.Headers.Location = isSameServer ? moved + path : other.Urls.Single() + path;
            return "";
        };
        await using var node = await StartNodeAsync();
        await node.RegisterAsync();

        Assert.That(async () => (await TellAsync(node)).Error, Does.Contain($"HTTP {(int)status}").After(30_000, 100));
        Assert.That(() => Volatile.Read(ref _calls), Is.GreaterThan(3).After(30_000, 100));
        Assert.That(Volatile.Read(ref followed), Is.Zero);
        Assert.That((await ProgressAsync(node)).Lag, Is.Positive);
    }

    /// <summary>The certificate names the address, and is of these days: nothing is wrong but who signed it.</summary>
    [Test]
    public async Task Certificate_ThatNobodyVouchesFor_IsRefused_TheStatusSaysWhy()
    {
        await using var upper = await TlsNode.StartAsync();
        await using var node = await StartNodeAsync(upstream => upstream.Url = upper.Tls.ToString());
        var before = (await ProgressAsync(node)).Lag;

        await node.RegisterAsync();

        Assert.That(
            async () => (await TellAsync(node)).Error,
            Does.StartWith("No answer from https://")
                .And.Contain("errors in the certificate chain")
                .And.Not.Contain("NameMismatch")
                .After(30_000, 100)
        );
        Assert.That((await ProgressAsync(node)).Lag, Is.GreaterThan(before));
    }

    /// <summary>As processes: each reads once whom the system trusts.</summary>
    [Test]
    [Category(Lane.Process)]
    public async Task Certificate_OfAnAuthority_IsTakenWhereTheMachineTrustsIt_AndElseNothingIsAsked()
    {
        using var authority = new PlantAuthority();
        using var certificate = X509Certificate2.CreateFromPemFile(authority.CertificateFile, authority.KeyFile);
        var asked = new ConcurrentQueue<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate))
        );
        await using var upper = builder.Build();
        upper.Run(context =>
        {
            asked.Enqueue(context.Request.Path);
            return context.Response.WriteAsync(LogIn);
        });
        await upper.StartAsync();
        string[] settings =
        [
            $"IDR__Upstream__Url=https://localhost:{new Uri(upper.Urls.Single()).Port}",
            "IDR__Upstream__User=factory",
            $"IDR__Upstream__SecretFile={Path.Combine(_directory.Path, "secret")}",
        ];

        var data = Path.Combine(_directory.Path, "data");
        using (var wary = await NodeProcess.StartAsync(data, null, ["env", .. settings]))
        {
            using var registered = await wary.RegisterAsync("A1");
            Assert.That(
                async () => await wary.Http.GetStringAsync("/api/v1/upstream"),
                Does.Contain("errors in the certificate chain").After(30_000, 100)
            );
            Assert.That(asked, Is.Empty);
        }
        using var trusting = await authority.StartNodeAsync(settings);
        using var sent = await trusting.RegisterAsync("A1");
        Assert.That(() => asked, Has.Some.EqualTo(SnmsPaths.TokenV1).After(30_000, 100));
    }

    [Test]
    public async Task ClockOfTheUpper_YearsAhead_GetsNoDigestOfItsDay()
    {
        _answer = (_, context) =>
        {
            context.Response.Headers.Date = "Thu, 01 Jan 2099 00:00:00 GMT";
            return """{"message":"用户名/密码错误！","status":-2,"data":null}""";
        };
        await using var node = await StartNodeAsync();
        await node.RegisterAsync();
        Assert.That(async () => (await TellAsync(node)).Error, Does.Contain("用户名/密码错误").After(30_000, 100));
        var thatDay = SnmsPassword.Outer(SnmsPassword.Inner(Secret), new DateOnly(2099, 1, 1));
        Assert.That(_bodies, Is.Not.Empty.And.None.Contains(thatDay));
    }

    [TestCase(-1)]
    [TestCase(1)]
    public async Task ClockOfTheUpper_ADayOff_IsFollowed(int days)
    {
        var there = DateTimeOffset.UtcNow.AddDays(days);
        var digest = SnmsPassword.Outer(SnmsPassword.Inner(Secret), SnmsPassword.DayOf(there));
        _answer = (path, context) =>
        {
            context.Response.Headers.Date = there.ToString("R", CultureInfo.InvariantCulture);
            var isRefused = path.StartsWith("/identity/", StringComparison.Ordinal) && !_bodies.Last().Contains(digest);
            return isRefused ? """{"message":"用户名/密码错误！","status":-2,"data":null}""" : LogIn;
        };
        await using var node = await StartNodeAsync();
        await node.RegisterAsync();
        Assert.That(() => _bodies.Any(body => body.Contains(digest)), Is.True.After(30_000, 100));
        // The next call has a token; this upper one answers it with no outcome for the item.
        Assert.That(async () => (await TellAsync(node)).Error, Does.Contain("batchCreate").After(30_000, 100));
    }

    [TestCase(0, 1)]
    [TestCase(-1, 2)]
    [TestCase(1, 2)]
    [TestCase(-2, 1)]
    [TestCase(2, 1)]
    public void LogIn_WithAWrongSecret_IsTriedForTwoDaysAtMost_EachOnce(int days, int tries)
    {
        _answer = (_, context) =>
        {
            context.Response.Headers.Date = DateTimeOffset.UtcNow.AddDays(days).ToString("R");
            return """{"message":"用户名/密码错误！","status":-2,"data":null}""";
        };
        using var session = Session();

        Assert.That(
            () => CallAsync(session),
            Throws.TypeOf<UpstreamException>().With.Message.Contains("用户名/密码错误")
        );
        Assert.That((_bodies.Count, _bodies.Distinct().Count()), Is.EqualTo((tries, tries)));
    }

    [Test]
    public async Task Upper_ThatIsAway_GetsOneCallAtATime_WhoeverMakesThem()
    {
        var (isAway, isTogether, areTogether, under) = (false, false, true, 0);
        var together = new CountdownEvent(1);
        _answer = (path, context) =>
        {
            if (isAway)
            {
                if (Interlocked.Increment(ref under) > 1)
                {
                    isTogether = true;
                }
                Thread.Sleep(5);
                Interlocked.Decrement(ref under);
                context.Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
            }
            else if (!path.StartsWith("/identity/", StringComparison.Ordinal))
            {
                together.Signal();
                if (!together.Wait(TimeSpan.FromSeconds(20)))
                {
                    areTogether = false;
                }
            }
            return LogIn;
        };
        using var session = Session();
        await CallAsync(session);
        isAway = true;
        await FailsAsync(session);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => FailsAsync(session)));
        Assert.That(isTogether, Is.False);

        isAway = false;
        together.Reset(1);
        await CallAsync(session);
        together.Reset(3);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CallAsync(session)));
        Assert.That(areTogether, Is.True, "it answers, and calls are made together again");

        static async Task FailsAsync(SnmsSession session)
        {
            try
            {
                await CallAsync(session);
                Assert.Fail("It is away.");
            }
            catch (UpstreamException)
            {
                // As it is to be.
            }
        }
    }

    [Test]
    public async Task Outcomes_InAnotherOrder_AreNotTakenForThoseOfTheItems()
    {
        _answer = (path, _) =>
        {
            if (path != SnmsPaths.BatchCreate)
            {
                return path == SnmsPaths.TemplateV5 ? """{"status":1,"data":true}""" : LogIn;
            }
            using var items = JsonDocument.Parse(_bodies.Last());
            var outcomes = items
                .RootElement.EnumerateArray()
                .Reverse()
                .Select(i => $$"""{"handle":"{{i.GetProperty("handle").GetString()}}","msg":"success"}""");
            return $$"""{"message":"success","status":1,"data":[{{string.Join(',', outcomes)}}]}""";
        };
        using var link = new SnmsLink(Options(), TimeProvider.System);

        Assert.That(
            () => link.CreateAsync([Item("A"), Item("B")], CancellationToken.None),
            Throws.TypeOf<UpstreamException>().With.Message.Contains(SnmsPaths.BatchCreate)
        );
        Assert.That(
            (await link.CreateAsync([Item("A")], CancellationToken.None)).Select(a => a.Outcome),
            Is.EqualTo([UpstreamOutcome.Done])
        );
    }

    [Test]
    public async Task Batches_OfManyItems_AreOfAThousandAtMost()
    {
        var sizes = new ConcurrentQueue<int>();
        _answer = (path, _) =>
        {
            if (path != SnmsPaths.BatchCreate)
            {
                return LogIn;
            }
            using var items = JsonDocument.Parse(_bodies.Last());
            sizes.Enqueue(items.RootElement.GetArrayLength());
            return Outcomes("success");
        };
        using var link = new SnmsLink(Options(), TimeProvider.System);
        await link.CreateAsync([.. Enumerable.Range(0, 2_001).Select(i => Item($"{i}"))], CancellationToken.None);

        Assert.That(sizes, Is.EqualTo([1_000, 1_000, 1]));
    }

    private static UpstreamItem Item(string suffix) => new($"{TestNode.Prefix}/{suffix}", "V", []);

    private static Task<SnmsEnvelope> CallAsync(SnmsSession session) =>
        session.CallAsync(HttpMethod.Get, SnmsPaths.Detail, null, CancellationToken.None);

    private SnmsSession Session() => new(Options(), TimeProvider.System);

    /// <summary>The answer to the last batch, the same for each of its items.</summary>
    private string Outcomes(string message)
    {
        using var items = JsonDocument.Parse(_bodies.Last());
        var outcomes = items
            .RootElement.EnumerateArray()
            .Select(i => $$"""{"handle":"{{i.GetProperty("handle").GetString()}}","msg":"{{message}}"}""");
        return $$"""{"message":"success","status":1,"data":[{{string.Join(',', outcomes)}}]}""";
    }

    private static async Task<UpstreamTold> TellAsync(TestNode node) => (await ProgressAsync(node)).Told;

    private static Task<UpstreamStatus> ProgressAsync(TestNode node) =>
        node.Services.GetRequiredService<UpstreamProgress>().ReadAsync(CancellationToken.None);

    private Task<TestNode> StartNodeAsync(Action<UpstreamOptions>? configure = null) =>
        TestNode.StartAsync(options =>
        {
            SetUpper(options.Upstream);
            configure?.Invoke(options.Upstream);
        });

    private UpstreamOptions Options()
    {
        var options = new UpstreamOptions();
        SetUpper(options);
        return options;
    }

    private void SetUpper(UpstreamOptions options)
    {
        options.Url = _upper.Urls.Single();
        options.User = "factory";
        options.SecretFile = Path.Combine(_directory.Path, "secret");
        options.TimeoutSeconds = 5;
    }
}
