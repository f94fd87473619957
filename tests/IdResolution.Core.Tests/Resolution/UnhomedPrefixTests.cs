using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Resolution;
using IdResolution.Core.Statistics;
using IdResolution.Core.Telemetry;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Resolution;

/// <summary>
/// What is stored under a prefix that a node gave up is not here for anyone, on any node, cached or not.
/// </summary>
[TestFixture]
public sealed class UnhomedPrefixTests
{
    private const string P = CoreFixture.HomedPrefix;

    private CoreFixture _node = null!;
    private Kept _cache = null!;
    private LogFollower _tail = null!;
    private Resolver _resolver = null!;

    private static Prefix Homed { get; } = Identifier.Parse(P + "/x").Value.Prefix;

    private static RegistrationRequest Request { get; } =
        new()
        {
            Identifier = $"{P}/a",
            Values =
            [
                new RawValue
                {
                    Index = 1,
                    Type = "URL",
                    Data = [],
                },
            ],
            Source = "mes",
            SourceKey = "1",
        };

    [SetUp]
    public async Task BeginAsync()
    {
        _node = await CoreFixture.CreateAsync();
        _cache = new Kept();
        _tail = new LogFollower(_node.Store.Log, _cache, _node.Catalog, new LogGuard(), _node.Time);
        await _tail.StartAsync(CancellationToken.None);
        _resolver = new Resolver(
            _node.Store.Records,
            new CacheLevels(_cache, new NoSharedCache()),
            new ResolutionMetrics(
                new ResolutionCounters(_node.Store.Statistics, new PlantClock(_node.Time, TimeZoneInfo.Utc)),
                NodeTelemetry.None
            ),
            _tail,
            _node.Catalog,
            _node.Time
        );
        CoreFixture.Ok(await _node.Registrar.RegisterAsync(Request, _node.Mes, CancellationToken.None));
    }

    [TearDown]
    public void End()
    {
        _tail.Dispose();
        _node.Dispose();
    }

    [Test]
    public async Task Resolve_CachedRecordOfAnUnhomedPrefix_IsNotHereUntilItIsHomedAgain()
    {
        var key = LookupKey.Of($"{P}/a");
        Assert.That((await _resolver.ResolveAsync(key, CancellationToken.None)).Record, Is.Not.Null);
        Assert.That(_resolver.FindCached(key.Bytes)?.Record, Is.Not.Null);
        using var other = await _node.SecondNodeAsync();

        CoreFixture.Ok(await other.Prefixes.UnhomeAsync(Homed, _node.Admin, CancellationToken.None));
        await _tail.CatchUpAsync(CancellationToken.None);

        Assert.That(_resolver.FindCached(key.Bytes), Is.Null, "the hot path passes it over");
        Assert.That((await _resolver.ResolveAsync(key, CancellationToken.None)).Record, Is.Null);
        Assert.That(
            IdentifierErrors.Absent(Identifier.Parse($"{P}/a").Value, _node.Catalog.Current).Code,
            Is.EqualTo(ErrorCode.NotResponsible)
        );

        CoreFixture.Ok(await _node.Prefixes.HomeAsync([Homed], _node.Admin, CancellationToken.None));

        Assert.That((await _resolver.ResolveAsync(key, CancellationToken.None)).Record, Is.Not.Null);
        Assert.That(_resolver.FindCached(key.Bytes)?.Record, Is.Not.Null);
    }

    [Test]
    public async Task Resolve_RecordsOfOtherPrefixes_StayCached()
    {
        var other = Identifier.Parse("88.300.2/x").Value.Prefix;
        CoreFixture.Ok(await _node.Prefixes.HomeAsync([other], _node.Admin, CancellationToken.None));
        var key = LookupKey.Of($"{P}/a");
        var before = await _resolver.ResolveAsync(key, CancellationToken.None);

        CoreFixture.Ok(await _node.Prefixes.UnhomeAsync(other, _node.Admin, CancellationToken.None));

        Assert.That(_resolver.FindCached(key.Bytes), Is.SameAs(before));
    }

    [Test]
    public async Task Writes_UnderAnUnhomedPrefix_AreNotResponsibleAndErasingGoesOn()
    {
        CoreFixture.Ok(await _node.Prefixes.UnhomeAsync(Homed, _node.Admin, CancellationToken.None));
        var id = Identifier.Parse($"{P}/a").Value;

        var codes = new[]
        {
            (await _node.Registrar.RegisterAsync(Request, _node.Mes, CancellationToken.None)).Error!.Code,
            (
                await _node.Registrar.RegisterAsync(
                    Request with
                    {
                        Identifier = null,
                        Template = null,
                    },
                    _node.Mes,
                    CancellationToken.None
                )
            )
                .Error!
                .Code,
            (await _node.Editor.UpdateAsync(id, new RecordPatch(), null, _node.Mes, CancellationToken.None))
                .Error!
                .Code,
            (await _node.Editor.RevokeAsync(id, null, _node.Mes, CancellationToken.None)).Error!.Code,
            (await _node.Values.ChangeAsync(id, _ => new ValueChange(), _node.Mes, CancellationToken.None)).Error!.Code,
            (await _node.Values.CreateAsync(id, [], true, _ => null, _node.Mes, CancellationToken.None)).Error!.Code,
        };

        Assert.That(codes.Where((_, i) => i != 1), Is.All.EqualTo(ErrorCode.NotResponsible));
        Assert.That(
            codes[1],
            Is.EqualTo(ErrorCode.InvalidIdentifier),
            "a registration accepted before is not recognised by its business key either"
        );
        CoreFixture.Ok(await _node.Eraser.EraseAsync(id, ["v:1"], _node.Admin, CancellationToken.None));
    }

    [Test]
    public async Task Unhome_WhatMayNotBe_IsRefused()
    {
        var configured = Identifier.Parse(CoreFixture.ConfiguredPrefix + "/x").Value.Prefix;
        CoreFixture.Ok(await _node.Prefixes.HomeAsync([configured], _node.Admin, CancellationToken.None));

        Assert.That(
            (await _node.Prefixes.UnhomeAsync(configured, _node.Admin, CancellationToken.None)).Error!.Code,
            Is.EqualTo(ErrorCode.Forbidden)
        );
        Assert.That(
            (
                await _node.Prefixes.UnhomeAsync(
                    Identifier.Parse("99.1/x").Value.Prefix,
                    _node.Admin,
                    CancellationToken.None
                )
            )
                .Error!
                .Code,
            Is.EqualTo(ErrorCode.NotResponsible)
        );
        Assert.That(
            (await _node.Prefixes.UnhomeAsync(Homed, _node.Mes, CancellationToken.None)).Error!.Code,
            Is.EqualTo(ErrorCode.Forbidden)
        );
        Assert.That(
            _node.Catalog.Current.Prefixes.Select(p => p.Text),
            Is.EqualTo(new[] { P, CoreFixture.ConfiguredPrefix })
        );

        CoreFixture.Ok(await _node.Prefixes.UnhomeAsync(Homed, _node.Admin, CancellationToken.None));
        Assert.That(
            (await _node.Prefixes.UnhomeAsync(Homed, _node.Admin, CancellationToken.None)).Error!.Code,
            Is.EqualTo(ErrorCode.NotResponsible),
            "it was given up before"
        );
        Assert.That(
            (await _node.Store.Audit.ReadAsync(0, 10, CancellationToken.None)).Select(e => $"{e.Action} {e.Target}"),
            Has.Exactly(1).EqualTo($"prefix.unhome {P}")
        );
    }

    [Test]
    public async Task IsHomed_PrefixRecords_FollowTheirPrefix()
    {
        foreach (
            var (identifier, homed) in new[]
            {
                ($"{P}/a", true),
                ($"0.na/{P}", true),
                ("0.NA/88.300", false),
                ($"0.NA/{P}/a", false),
                ("0.NA/膜", false),
                ("88.300.11/膜", false),
                ($"{P}/膜", true),
            }
        )
        {
            Assert.That(
                _node.Catalog.Current.IsHomed(Identifier.Parse(identifier).Value),
                Is.EqualTo(homed),
                identifier
            );
            Assert.That(_node.Catalog.Current.IsHomed(LookupKey.Of(identifier)), Is.EqualTo(homed), identifier);
        }
        CoreFixture.Ok(await _node.Prefixes.UnhomeAsync(Homed, _node.Admin, CancellationToken.None));
        Assert.That(_node.Catalog.Current.IsHomed(Identifier.Parse($"0.NA/{P}").Value), Is.False);
    }

    private ValueTask<Result<Identifier>> ScanAsync(string text, IForeignResolver foreign)
    {
        var access = new AccessPolicy { AnonymousReads = true };
        var reader = new IdentifierReader(_resolver, _node.Store.Records, _node.Catalog, foreign, access);
        return new Scanner(reader, _node.Finder, _node.Catalog, foreign, access).FindAsync(
            text,
            Caller.Anonymous,
            CancellationToken.None
        );
    }

    [Test]
    public async Task Scan_ForeignIdentifier_IsGivenWhereThoseAreResolved()
    {
        var off = new NoForeignResolver();
        var on = new Foreign();
        var foreign = Identifier.Parse("99.1/x").Value;

        Assert.That((await ScanAsync("99.1/x", off)).Error!.Code, Is.EqualTo(ErrorCode.NotResponsible));
        Assert.That((await ScanAsync("99.1/x", on)).Value, Is.EqualTo(foreign));
        Assert.That((await ScanAsync($"{P}/a", on)).Value.Text, Is.EqualTo($"{P}/a"));
        var refused = (await off.ResolveAsync(foreign, Caller.Anonymous, CancellationToken.None)).Error!;
        Assert.That(
            (refused.Code, AccessPolicy.Told(refused, Caller.Anonymous).Message.En),
            Is.EqualTo(
                (
                    ErrorCode.NotResponsible,
                    "The prefix 99.1 is not homed on this node, and resolution of foreign prefixes is off."
                )
            )
        );
        Assert.That(
            AccessPolicy.Told(refused, Caller.Node).Message.En,
            Does.EndWith("is off. Foreign:Recursive or Foreign:Roots switches it on.")
        );
    }

    private sealed class Foreign : IForeignResolver
    {
        public bool IsOn => true;

        public ValueTask<Result<ForeignRecord>> ResolveAsync(
            Identifier identifier,
            Caller caller,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();
    }

    /// <summary>Keeps what is put until it is invalidated.</summary>
    private sealed class Kept : IRecordCache
    {
        public void Clear() { }

        private readonly Dictionary<LookupKey, CachedRecord> _entries = [];

        public CachedRecord? Find(ReadOnlySpan<byte> foldedKey) =>
            _entries.GetValueOrDefault(new LookupKey(foldedKey.ToArray()));

        public void Put(CachedRecord entry) => _entries[entry.Key] = entry;

        public void Invalidate(LookupKey key, long sequence) => _entries.Remove(key);

        public long Floor(LookupKey key) => 0;

        public void Grown(CachedRecord entry) { }
    }
}
