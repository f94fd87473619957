using IdResolution.Core.Access;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Resolution;
using IdResolution.Core.Statistics;
using IdResolution.Core.Telemetry;
using IdResolution.Core.Templates;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Resolution;

/// <summary>How a resolution ends, for whoever asks.</summary>
[TestFixture]
public sealed class IdentifierReaderTests
{
    private const string P = CoreFixture.HomedPrefix;

    private readonly AccessPolicy _access = new();
    private CoreFixture _node = null!;
    private Elsewhere _elsewhere = null!;
    private LogFollower _tail = null!;
    private IdentifierReader _reader = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _node = await CoreFixture.CreateAsync();
        _elsewhere = new Elsewhere();
        var cache = new NoCache(new InvalidationWatermarks(InvalidationWatermarks.Few));
        _tail = new LogFollower(_node.Store.Log, cache, _node.Catalog, new LogGuard(), _node.Time);
        await _tail.StartAsync(default);
        var counters = new ResolutionCounters(_node.Store.Statistics, new PlantClock(_node.Time, TimeZoneInfo.Utc));
        var resolver = new Resolver(
            _node.Store.Records,
            new CacheLevels(cache, new NoSharedCache()),
            new ResolutionMetrics(counters, NodeTelemetry.None),
            _tail,
            _node.Catalog,
            _node.Time
        );
        _reader = new IdentifierReader(resolver, _node.Store.Records, _node.Catalog, _elsewhere, _access);
        _access.AnonymousReads = true;
    }

    [TearDown]
    public void End()
    {
        _tail.Dispose();
        _node.Dispose();
    }

    [Test]
    public async Task Read_EachWayAResolutionCanEnd_IsToldApart()
    {
        await RegisterAsync($"{P}/here");
        await RegisterAsync($"{P}/gone");
        CoreFixture.Ok(await _node.Editor.RevokeAsync(Id($"{P}/gone"), null, _node.Mes, default));
        var template = await _node.PublishAsync(new Template { Code = "t", Attributes = [] });

        Assert.That(await EndAsync($"{P}/HERE"), Is.EqualTo((ResolutionKind.Found, (ErrorCode?)null)));
        Assert.That(await EndAsync($"{P}/gone"), Is.EqualTo((ResolutionKind.Revoked, (ErrorCode?)ErrorCode.Revoked)));
        Assert.That(await EndAsync($"{P}/none"), Is.EqualTo((ResolutionKind.Absent, (ErrorCode?)ErrorCode.NotFound)));
        Assert.That(
            await EndAsync(template.Identifier),
            Is.EqualTo((ResolutionKind.Template, (ErrorCode?)ErrorCode.NotFound))
        );
        Assert.That(await EndAsync("88.301/known"), Is.EqualTo((ResolutionKind.Foreign, (ErrorCode?)null)));
        Assert.That(
            await EndAsync("88.301/none"),
            Is.EqualTo((ResolutionKind.Elsewhere, (ErrorCode?)ErrorCode.Unavailable)),
            "with what the other node said"
        );
        Assert.That((await _reader.LookAsync(Id("88.301/known"), default)).Kind, Is.EqualTo(ResolutionKind.Elsewhere));
    }

    [Test]
    public async Task Read_AnonymousReadsOff_IsRefusedWithoutAKey_AndNobodyElseIsAsked()
    {
        await RegisterAsync($"{P}/here");
        _access.AnonymousReads = false;

        var refused = await _reader.ReadAsync(Id("88.301/known"), Caller.Anonymous, default);

        Assert.That(
            (refused.Kind, refused.Error?.Code),
            Is.EqualTo((ResolutionKind.Refused, (ErrorCode?)ErrorCode.Unauthenticated))
        );
        Assert.That(_elsewhere.Asked, Is.Zero);
        Assert.That(
            (await _reader.ReadStoredAsync(Id($"{P}/here"), Caller.Anonymous, default)).Kind,
            Is.EqualTo(ResolutionKind.Refused)
        );
        Assert.That(
            (await _reader.ReadAsync(Id($"{P}/here"), new Caller(Role.Partner, 1, "k"), default)).Kind,
            Is.EqualTo(ResolutionKind.Found)
        );
    }

    [Test]
    public async Task Read_BeyondThePrefixOfTheCaller_IsAbsent_AndNobodyElseIsAsked()
    {
        await RegisterAsync($"{P}/here");
        Assert.That(Prefix.TryParse(P + ".7", out var prefix), Is.True);
        var caller = new Caller(Role.Reader, 1, "k") { Prefix = prefix };

        foreach (var identifier in new[] { $"{P}/here", $"{P}/none", "88.301/known" })
        {
            var read = await _reader.ReadAsync(Id(identifier), caller, default);
            var stored = await _reader.ReadStoredAsync(Id(identifier), caller, default);

            Assert.That((read.Kind, stored.Kind), Is.EqualTo((ResolutionKind.Absent, ResolutionKind.Absent)));
            Assert.That(
                read.Error!.Message.En,
                Is.EqualTo($"{identifier} is not below {prefix}, the prefix that the key is bound to.")
            );
        }
        Assert.That(_elsewhere.Asked, Is.Zero);
    }

    [Test]
    public async Task ReadStored_Record_IsThatOfTheStore_AndIsNotCounted()
    {
        await RegisterAsync($"{P}/here");

        var end = await _reader.ReadStoredAsync(Id($"{P}/here"), Caller.Anonymous, default);

        Assert.That(
            (end.Kind, end.Record?.Version, end.Entry),
            Is.EqualTo((ResolutionKind.Found, (long?)1, (CachedRecord?)null))
        );
    }

    private static Identifier Id(string text) => Identifier.Parse(text).Value;

    private async Task<(ResolutionKind, ErrorCode?)> EndAsync(string identifier)
    {
        var end = await _reader.ReadAsync(Id(identifier), Caller.Anonymous, default);
        Assert.That(end.Record is not null, Is.EqualTo(end.Kind is ResolutionKind.Found or ResolutionKind.Revoked));
        Assert.That(end.Foreign is not null, Is.EqualTo(end.Kind == ResolutionKind.Foreign));
        return (end.Kind, end.Error?.Code);
    }

    private async Task RegisterAsync(string identifier) =>
        CoreFixture.Ok(
            await _node.Registrar.RegisterAsync(
                new RegistrationRequest
                {
                    Identifier = identifier,
                    Values =
                    [
                        new RawValue
                        {
                            Index = 1,
                            Type = "URL",
                            Data = [],
                        },
                    ],
                },
                _node.Mes,
                default
            )
        );

    /// <summary>Another node, which knows one identifier.</summary>
    private sealed class Elsewhere : IForeignResolver
    {
        public int Asked { get; private set; }

        public bool IsOn => true;

        public ValueTask<Result<ForeignRecord>> ResolveAsync(
            Identifier identifier,
            Caller caller,
            CancellationToken cancellationToken
        )
        {
            Asked++;
            return ValueTask.FromResult<Result<ForeignRecord>>(
                identifier.Suffix == "known"
                    ? new ForeignRecord(identifier.Text, [], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)
                    : Error.Of(ErrorCode.Unavailable, "Nobody answers.", "无应答。")
            );
        }
    }
}
