using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Core.Views;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Registration;

/// <summary>Records edited by their Handle values, as a front end does that decides by the record who may.</summary>
[TestFixture]
public sealed class ValueEditTests : RegistrarFixture
{
    private const int Line = 2000;
    private const int Thickness = 2001;
    private const int Serial = 2003;
    private const int Tags = 2004;
    private const int Old = 2005;

    private static readonly Permissions Hidden = Permissions.AdminRead | Permissions.AdminWrite;

    [TestCase("HS_SECKEY")]
    [TestCase("hs_pubkey")]
    [TestCase("HS_ADMIN")]
    [TestCase("HS_VLIST")]
    public async Task Values_ThatGrant_AreAdministratorsToWrite(string type)
    {
        var registered = await TryRegisterAsync(Item() with { Values = [Raw(300, type, "mine-and-mine")] }, Node.Mes);
        var id = IdOf(await RegisterAsync(Item() with { Values = [Raw(300, type, "theirs-and-theirs"), Raw(7)] }));

        var replaced = await TryUpdateAsync(
            id,
            new RecordPatch { Values = [Raw(300, type, "mine-and-mine")] },
            caller: Node.Mes
        );
        var besides = await TryUpdateAsync(
            id,
            new RecordPatch { Values = type == "HS_SECKEY" ? [Raw(8)] : [Raw(300, type, "theirs-and-theirs"), Raw(8)] },
            caller: Node.Mes
        );

        Assert.That(
            (registered.Error!.Code, replaced.Error!.Code),
            Is.EqualTo((ErrorCode.Forbidden, ErrorCode.Forbidden))
        );
        Assert.That(besides.IsOk, Is.True, besides.Error?.Message.En);
    }

    private static Caller Administrator { get; } = new(Role.Registrar, 0, "300:88.300.1/USER");

    [Test]
    public async Task Change_AttributesAndRawValues_AreSetAndRemoved()
    {
        var id = IdOf(
            await RegisterAsync(Item(("thickness", "25"), ("serial", "S1")) with { Values = [Raw(7), Raw(8)] })
        );

        var changed = await ChangeAsync(
            id,
            [
                Attribute(Thickness, "THICKNESS", "26.0"),
                Attribute(Tags, "tags", """["a", "b"]"""),
                Raw(8, "URL", "x"),
                Raw(9),
            ],
            [7, Serial]
        );

        var record = (await Node.ReadAsync(id))!;
        Assert.That(
            string.Join(' ', record.Attributes.Select(a => $"{a.Attribute.Code}={a.Canonical}")),
            Is.EqualTo("""line=L1 thickness=26 tags=["a","b"]""")
        );
        Assert.That(string.Join(' ', record.Values.Select(v => $"{v.Index}:{v.Type}")), Is.EqualTo("8:URL 9:EMAIL"));
        Assert.That(
            (changed.Outcome, changed.Record.Version, record.Template!.Code),
            Is.EqualTo((WriteOutcome.Changed, 2L, "mea"))
        );
        Assert.That((await SearchAsync("thickness", "25"), await SearchAsync("thickness", "26")), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Change_ToWhatStands_MakesNoVersion()
    {
        var id = IdOf(
            await RegisterAsync(
                Item(("thickness", "25"), ("tags", "a")) with
                {
                    Values = [Raw(7), Raw(300, "HS_SECKEY", "geheimnis-lang")],
                }
            )
        );

        var same = await ChangeAsync(
            id,
            [
                Attribute(Thickness, "thickness", "25.00"),
                Attribute(Tags, "tags", """[ "a" ]"""),
                Raw(7),
                Raw(300, "HS_SECKEY", "geheimnis-lang"),
            ]
        );

        Assert.That((same.Outcome, same.Record.Version), Is.EqualTo((WriteOutcome.Same, 1L)));
    }

    [Test]
    public async Task Change_Secret_IsSealedAndOthersKeepTheirBytes()
    {
        var id = IdOf(
            await RegisterAsync(
                Item() with
                {
                    Values = [Raw(300, "HS_SECKEY", "secret-number-one"), Raw(301, "HS_SECKEY", "secret-number-two")],
                }
            )
        );
        var before = Stored(CoreFixture.Ok(await TryChangeAsync(id, [Raw(9)])).Record);

        var after = Stored((await ChangeAsync(id, [Raw(300, "HS_SECKEY", "secret-number-three")])).Record);

        Assert.That(
            Encoding.UTF8.GetString(Node.Secrets.Decrypt(after[300].Data, after[300].OwnerIn(Id(id).Key))),
            Is.EqualTo("secret-number-three")
        );
        Assert.That(after[301].Data, Is.EqualTo(before[301].Data));
    }

    [Test]
    public async Task Update_ValuesByPatch_LeaveThoseTheCallerCannotSee()
    {
        var id = IdOf(
            await RegisterAsync(
                Item() with
                {
                    Values =
                    [
                        Raw(7),
                        Raw(8) with
                        {
                            Permissions = Hidden,
                        },
                        Raw(300, "HS_SECKEY", "geheimnis-lang"),
                        Raw(301, "HS_SECKEY", "other-secret-x"),
                    ],
                }
            )
        );
        var before = Stored((await Node.Store.Records.FindAsync(Id(id).Key, CancellationToken.None)).Record!);

        await UpdateAsync(id, new RecordPatch { Values = [Raw(9)] });
        await ChangeAsync(id, [Raw(301, "HS_SECKEY", "new-secret-text")]);

        var after = Stored((await Node.Store.Records.FindAsync(Id(id).Key, CancellationToken.None)).Record!);
        Assert.That(after.Keys, Is.EqualTo(new[] { 8, 9, 300, 301 }));
        Assert.That(after[300].Data, Is.EqualTo(before[300].Data));
        Assert.That(
            Encoding.UTF8.GetString(Node.Secrets.Decrypt(after[301].Data, after[301].OwnerIn(Id(id).Key))),
            Is.EqualTo("new-secret-text")
        );
        CoreFixture.Ok(await TryUpdateAsync(id, new RecordPatch { Values = [] }, caller: Node.Admin));
        Assert.That(
            Stored((await Node.Store.Records.FindAsync(Id(id).Key, CancellationToken.None)).Record!).Keys,
            Is.EqualTo(new[] { 300, 301 }),
            "an administrator sees all but secrets"
        );
    }

    [Test]
    public async Task Change_BadValues_NamesEveryFaultAndChangesNothing()
    {
        var id = IdOf(await RegisterAsync(Item(("thickness", "25"))));

        var error = await RefusedAsync(
            id,
            [
                Attribute(Thickness, "count", "1"),
                Attribute(Tags, "tags", "not a list"),
                Attribute(2002, "count", "x"),
                Attribute(Old, "old", "1"),
                Raw(5, ""),
                Raw(5),
                new RawValue
                {
                    Index = Line,
                    Type = "line",
                    Data = [0xFF],
                    Permissions = Hidden,
                },
            ]
        );

        Assert.That(error.Code, Is.EqualTo(ErrorCode.InvalidValue));
        Assert.That(
            Fields(error),
            Is.EqualTo(
                new[]
                {
                    "values[0].type",
                    "values[1].data",
                    "values[3].index",
                    "values[4].type",
                    "values[5].index",
                    "values[6].data",
                    "attributes.count",
                }
            )
        );
        Assert.That(
            Fields(await RefusedAsync(id, [Attribute(Thickness, "thickness", "1001")])),
            Is.EqualTo(new[] { "attributes.thickness" })
        );
        Assert.That(
            Fields(await RefusedAsync(id, [Attribute(Tags, "tags", """["\ud800"]""")])),
            Is.EqualTo(new[] { "values[0].data" })
        );
        Assert.That(
            Fields(await RefusedAsync(id, [Attribute(Tags, "tags", """[{}]""")])),
            Is.EqualTo(new[] { "attributes.tags" })
        );
        Assert.That(
            Fields(
                await RefusedAsync(
                    id,
                    [Attribute(Thickness, "thickness", "1") with { References = [new Reference("88.1/a", 1)] }]
                )
            ),
            Is.EqualTo(new[] { "values[0].references" })
        );
    }

    [Test]
    public async Task Change_RequiredAttribute_CannotBeRemoved()
    {
        var id = IdOf(await RegisterAsync(Item()));

        var removed = await RefusedAsync(id, [], [Line]);
        var emptied = await RefusedAsync(id, [Attribute(Line, "line", "")]);

        Assert.That((removed.Code, emptied.Code), Is.EqualTo((ErrorCode.InvalidValue, ErrorCode.InvalidValue)));
        Assert.That(Fields(removed).Concat(Fields(emptied)), Is.All.EqualTo("attributes.line"));
        Assert.That(
            (await ChangeAsync(id, [Attribute(Line, "line", "L2")], [Line])).Outcome,
            Is.EqualTo(WriteOutcome.Changed),
            "what is removed and set is set"
        );
    }

    [Test]
    public async Task Change_IndexOfAnotherVersion_TakesNoRawValue()
    {
        var id = IdOf(await RegisterAsync(Item()));
        await Node.PublishAsync(
            Mea with
            {
                Attributes = [.. Mea.Attributes, new AttributeDefinition { Code = "later" }],
                CodingRule = "mea",
            }
        );

        Assert.That(Fields(await RefusedAsync(id, [Raw(2006, "later")])), Is.EqualTo(new[] { "values[0].index" }));
        Assert.That(Fields(await RefusedAsync(id, [Raw(Old, "old")])), Is.EqualTo(new[] { "values[0].index" }));
        Assert.That((await ChangeAsync(id, [Raw(2007, "free")])).Outcome, Is.EqualTo(WriteOutcome.Changed));
    }

    [Test]
    public async Task Change_PermissionsOrTemplate_AreForbidden()
    {
        await Node.PublishAsync(
            new Template
            {
                Code = "open",
                Attributes = [new AttributeDefinition { Code = "name", Visibility = Visibility.Public }],
            }
        );
        await RegisterAsync(new RegistrationRequest { Identifier = $"{P}/open", Template = "open" });
        var hidden = Attribute(2000, "name", "x");
        var shown = hidden with { Permissions = Hidden | Permissions.PublicRead };

        Assert.That((await RefusedAsync($"{P}/open", [hidden])).Code, Is.EqualTo(ErrorCode.Forbidden));
        foreach (var index in new[] { 1000, 1001 })
        {
            Assert.That((await RefusedAsync($"{P}/open", [Raw(index)])).Code, Is.EqualTo(ErrorCode.Forbidden));
            Assert.That((await RefusedAsync($"{P}/open", [], [index])).Code, Is.EqualTo(ErrorCode.Forbidden));
        }
        Assert.That((await ChangeAsync($"{P}/open", [shown])).Outcome, Is.EqualTo(WriteOutcome.Changed));
    }

    [Test]
    public async Task Change_RemovalOfWhatIsNotThere_IsValueNotFound()
    {
        var id = IdOf(await RegisterAsync(Item() with { Values = [Raw(1, "URL", "https://example.com")] }));

        foreach (var index in new[] { 100, 7, Thickness, Old })
        {
            Assert.That((await RefusedAsync(id, [], [index])).Code, Is.EqualTo(ErrorCode.ValueNotFound), $"{index}");
        }
        await ChangeAsync(id, [], [1]);
        Assert.That(
            (await RefusedAsync(id, [], [1])).Code,
            Is.EqualTo(ErrorCode.ValueNotFound),
            "the rendered one stands again"
        );
    }

    [Test]
    public async Task Change_RefusedByTheDelegate_ChangesNothing()
    {
        var id = IdOf(await RegisterAsync(Item()));
        var no = Error.Of(ErrorCode.Forbidden, "No.", "否。");

        var changed = await Node.Values.ChangeAsync(Id(id), _ => no, Administrator, CancellationToken.None);
        var revoked = await Node.Values.RevokeAsync(Id(id), _ => no, Administrator, CancellationToken.None);
        var created = await Node.Values.CreateAsync(
            Id(id),
            [Raw(1)],
            overwrite: true,
            _ => no,
            Administrator,
            CancellationToken.None
        );

        Assert.That(new[] { changed.Error, revoked.Error, created.Error }, Is.All.SameAs(no));
        Assert.That((await HistoryAsync(id)).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Change_ByManyAtOnce_LosesNothingAndAsksOfTheVersionThatIsReplaced()
    {
        CoreFixture.Ok(await TryCreateAsync($"{P}/raw", [Raw(1)]));
        using var other = await Node.SecondNodeAsync();
        var seen = new System.Collections.Concurrent.ConcurrentBag<(int Index, long Version)>();

        await Task.WhenAll(
                Enumerable
                    .Range(2, 40)
                    .Select(index =>
                        Task.Run(async () =>
                        {
                            var node = index % 2 == 0 ? Node : other;
                            var last = 0L;
                            var result = CoreFixture.Ok(
                                await node.Values.ChangeAsync(
                                    Id($"{P}/raw"),
                                    current =>
                                    {
                                        last = current.Version;
                                        return new ValueChange { Set = [Raw(index)] };
                                    },
                                    Administrator,
                                    CancellationToken.None
                                )
                            );
                            Assert.That(result.Record.Version, Is.EqualTo(last + 1));
                            seen.Add((index, last));
                        })
                    )
            )
            .WaitAsync(TimeSpan.FromSeconds(60));

        Assert.That(
            (await Node.ReadAsync($"{P}/raw"))!.Values.Select(v => v.Index),
            Is.EqualTo(Enumerable.Range(1, 41))
        );
        Assert.That(seen.Select(s => s.Version).Order(), Is.EqualTo(Enumerable.Range(1, 40)));
    }

    [Test]
    public async Task Create_New_HoldsRawValuesAndIsKnownToRest()
    {
        var values = new[]
        {
            Raw(100, "HS_ADMIN", "admin"),
            Raw(1, "URL", "https://example.com"),
            Raw(1000, "OWN", "x"),
            Raw(300, "HS_SECKEY", "geheimnis-lang"),
        };

        var created = CoreFixture.Ok(await TryCreateAsync($"{P}/Raw", values));

        Assert.That(
            (created.Outcome, created.Record.Version, RecordState.IsTemplated(created.Record)),
            Is.EqualTo((WriteOutcome.Created, 1L, false))
        );
        Assert.That((await Node.ReadAsync($"{P}/raw"))!.Identifier, Is.EqualTo($"{P}/Raw"));
        Assert.That(
            Encoding.UTF8.GetString(
                Node.Secrets.Decrypt(
                    Stored(created.Record)[300].Data,
                    Stored(created.Record)[300].OwnerIn(created.Record.Key)
                )
            ),
            Is.EqualTo("geheimnis-lang")
        );
        Assert.That(
            (await RegisterAsync(new RegistrationRequest { Identifier = $"{P}/RAW", Values = values })).Outcome,
            Is.EqualTo(WriteOutcome.Same)
        );
    }

    [Test]
    public async Task Create_OverAnActiveRecord_IsRefusedAlsoWithTheSameContent()
    {
        CoreFixture.Ok(await TryCreateAsync($"{P}/raw", [Raw(1)]));

        var again = await TryCreateAsync($"{P}/RAW", [Raw(1)]);

        Assert.That((again.Error!.Code, again.Error.Holder), Is.EqualTo((ErrorCode.AlreadyExists, $"{P}/raw")));
        var same = CoreFixture.Ok(await TryCreateAsync($"{P}/raw", [Raw(1)], overwrite: true));
        Assert.That(same.Outcome, Is.EqualTo(WriteOutcome.Same));
    }

    [Test]
    public async Task Create_WithOverwrite_DropsTemplateAndIndexesAndKeepsHistoryAndBusinessKey()
    {
        var request = Keyed("K1", ("thickness", "25"), ("serial", "S1"));
        var first = await RegisterAsync(request);
        var id = IdOf(first);

        var overwritten = CoreFixture.Ok(await TryCreateAsync(id, [Raw(1)], overwrite: true));

        var record = (await Node.ReadAsync(id))!;
        Assert.That(
            (overwritten.Outcome, record.Version, record.Template, record.Source, record.SourceKey),
            Is.EqualTo((WriteOutcome.Changed, 2L, (Template?)null, "mes", "K1"))
        );
        Assert.That(
            (record.Attributes.Count, record.Values.Single().Index, (await HistoryAsync(id)).Count),
            Is.EqualTo((0, 1, 2))
        );
        Assert.That(overwritten.Record.Object, Is.EqualTo(first.Record.Object));
        Assert.That(await SearchAsync("thickness", "25"), Is.Zero);
        await RegisterAsync(Item(("serial", "S1")));
        Assert.That(
            (await RegisterAsync(request)).Outcome,
            Is.EqualTo(WriteOutcome.Same),
            "the key is bound to its first registration"
        );
    }

    [Test]
    public async Task Create_OverATombstone_BringsTheRecordBackWithoutTemplate()
    {
        var request = Keyed("K1", ("serial", "S1"));
        var id = IdOf(await RegisterAsync(request));
        await RevokeAsync(id);
        var seen = new List<RecordStatus?>();

        var created = CoreFixture.Ok(
            await Node.Values.CreateAsync(
                Id(id.ToLowerInvariant()),
                [Raw(1)],
                overwrite: false,
                current =>
                {
                    seen.Add(current?.Status);
                    return null;
                },
                Administrator,
                CancellationToken.None
            )
        );

        var record = (await Node.ReadAsync(id))!;
        Assert.That(seen, Is.EqualTo(new[] { RecordStatus.Revoked }));
        Assert.That(
            (created.Outcome, record.Version, record.Status, record.Identifier, record.SourceKey),
            Is.EqualTo((WriteOutcome.Reinstated, 3L, RecordStatus.Active, id, "K1"))
        );
        Assert.That(
            (await HistoryAsync(id)).Select(v => v.Body.Operation),
            Is.EqualTo(new[] { LogOperation.Reinstate, LogOperation.Revoke, LogOperation.Create })
        );
        Assert.That(
            (await TryRegisterAsync(request)).Error!.Code,
            Is.EqualTo(ErrorCode.KeyConflict),
            "the values' digest replaced the old one"
        );
    }

    [Test]
    public async Task Create_ByManyAtOnce_OneWins()
    {
        using var other = await Node.SecondNodeAsync();

        var results = await Task.WhenAll(
            Enumerable
                .Range(1, 20)
                .Select(i =>
                    Task.Run(() =>
                        (i % 2 == 0 ? Node : other).Values.CreateAsync(
                            Id($"{P}/one"),
                            [Raw(i % 4 + 1)],
                            overwrite: false,
                            _ => null,
                            Administrator,
                            CancellationToken.None
                        )
                    )
                )
        );

        Assert.That(results.Count(r => r.IsOk), Is.EqualTo(1));
        Assert.That(results.Where(r => !r.IsOk).Select(r => r.Error!.Code), Is.All.EqualTo(ErrorCode.AlreadyExists));
    }

    [Test]
    public async Task Create_WhereNothingCanBe_IsRefused()
    {
        Assert.That((await TryCreateAsync("99.1/x", [Raw(1)])).Error!.Code, Is.EqualTo(ErrorCode.NotResponsible));
        Assert.That(
            (await TryCreateAsync($"{P}/META_x", [Raw(1)])).Error!.Code,
            Is.EqualTo(ErrorCode.InvalidIdentifier)
        );
        Assert.That(
            Fields((await TryCreateAsync($"{P}/x", [Raw(1), Raw(1)])).Error!),
            Is.EqualTo(new[] { "values[1].index" })
        );
        Assert.That(
            (await TryCreateAsync($"{P}/x", [.. Enumerable.Range(1, 3_000).Select(i => Raw(i))])).Error!.Code,
            Is.EqualTo(ErrorCode.TooLarge)
        );
        CoreFixture.Ok(await TryCreateAsync($"{P}/x", [Raw(1)]));
        Assert.That(
            (await RefusedAsync($"{P}/x", [Raw(2) with { Data = new byte[262_144] }])).Code,
            Is.EqualTo(ErrorCode.TooLarge)
        );
        Assert.That(
            (
                await Node.Values.CreateAsync(
                    Id($"{P}/y"),
                    [Raw(1)],
                    false,
                    _ => null,
                    Caller.Anonymous,
                    CancellationToken.None
                )
            )
                .Error!
                .Code,
            Is.EqualTo(ErrorCode.Unauthenticated)
        );
    }

    [Test]
    public async Task PrefixRecords_BelongToWhoeverHomesThePrefix_AndAreForAdministrators()
    {
        var record = new RegistrationRequest { Identifier = $"0.na/{P}", Values = [Raw(1)] };

        Assert.That((await RefusedAsync(record)).Code, Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(
            (await RefusedAsync(record with { Identifier = "0.NA/99.1" }, Node.Admin)).Code,
            Is.EqualTo(ErrorCode.NotResponsible)
        );
        CoreFixture.Ok(await TryRegisterAsync(record, Node.Admin));
        Assert.That(
            (await TryUpdateAsync($"0.NA/{P}", new RecordPatch { Values = [Raw(2)] })).Error!.Code,
            Is.EqualTo(ErrorCode.Forbidden)
        );
        Assert.That(
            (await Node.Editor.RevokeAsync(Id($"0.NA/{P}"), null, Node.Mes, CancellationToken.None)).Error!.Code,
            Is.EqualTo(ErrorCode.Forbidden)
        );
        CoreFixture.Ok(await TryUpdateAsync($"0.NA/{P}", new RecordPatch { Values = [Raw(2)] }, caller: Node.Admin));
        CoreFixture.Ok(
            await Node.Values.RevokeAsync(Id($"0.NA/{P}"), _ => null, Administrator, CancellationToken.None)
        );
        Assert.That((await RefusedAsync(record with { Reinstate = true })).Code, Is.EqualTo(ErrorCode.Forbidden));
        CoreFixture.Ok(await TryCreateAsync($"0.NA/{P}", [Raw(1)]));
    }

    private static RawValue Attribute(int index, string type, string data) =>
        Raw(index, type, data) with
        {
            Permissions = Hidden,
        };

    private static SortedDictionary<int, RawValue> Stored(StoredRecord record) =>
        new(
            ValueView
                .Read(
                    record,
                    Catalog.NodeCatalog.Build([], 0, null, TimeProvider.System),
                    new ViewSettings(id => id, _ => [])
                )
                .ToDictionary(v => v.Index)
        );

    private Task<Result<Registered>> TryCreateAsync(
        string identifier,
        IReadOnlyList<RawValue> values,
        bool overwrite = false
    ) => Node.Values.CreateAsync(Id(identifier), values, overwrite, _ => null, Administrator, CancellationToken.None);

    private Task<Result<Registered>> TryChangeAsync(string identifier, RawValue[] set, int[]? remove = null) =>
        Node.Values.ChangeAsync(
            Id(identifier),
            _ => new ValueChange { Set = set, Remove = remove ?? [] },
            Administrator,
            CancellationToken.None
        );

    private async Task<Registered> ChangeAsync(string identifier, RawValue[] set, int[]? remove = null) =>
        CoreFixture.Ok(await TryChangeAsync(identifier, set, remove));

    private async Task<Error> RefusedAsync(string identifier, RawValue[] set, int[]? remove = null)
    {
        var versions = (await HistoryAsync(identifier)).Count;
        var result = await TryChangeAsync(identifier, set, remove);
        Assert.That(result.IsOk, Is.False, "should be refused");
        Assert.That((await HistoryAsync(identifier)).Count, Is.EqualTo(versions), "nothing is stored");
        return result.Error!;
    }

    private async Task<int> SearchAsync(string code, string value)
    {
        var attribute = Node.Catalog.Current.FindLatest("mea")!.Find(code)!;
        var text = ValueCodec.SearchText(attribute, value);
        return (
            await Node.Store.Records.SearchAsync(
                new RecordQuery
                {
                    Template = "mea",
                    AttributeIndex = attribute.Index,
                    From = text,
                    Before = text + "\0",
                },
                CancellationToken.None
            )
        ).Count;
    }
}
