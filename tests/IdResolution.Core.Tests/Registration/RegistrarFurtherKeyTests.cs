using System.Diagnostics;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Registration;

/// <summary>One item, one code: keys that are written differently, several keys of an item, and what takes a number.</summary>
[TestFixture]
public sealed class RegistrarFurtherKeyTests : RegistrarFixture
{
    [TestCase("KEY1")]
    [TestCase("Key1 ")]
    [TestCase("Ｋｅｙ１")]
    public async Task Register_KeyWrittenDifferently_IsTheSameItem(string key)
    {
        var first = await RegisterAsync(Keyed("Key1"));

        var again = await RegisterAsync(Keyed(key));

        Assert.That((again.Outcome, IdOf(again)), Is.EqualTo((WriteOutcome.Same, IdOf(first))));
        Assert.That((await Node.ReadAsync(IdOf(first)))!.SourceKey, Is.EqualTo("Key1"), "as it was given first");
    }

    [Test]
    public async Task Register_CaseSensitiveSource_KnowsCase()
    {
        await SaveAsync(new Source { Code = "plm", CaseSensitive = true });

        var lower = await RegisterAsync(Keyed("a1") with { Source = "plm" });
        var upper = await RegisterAsync(Keyed("A1") with { Source = "plm" });

        Assert.That(IdOf(upper), Is.Not.EqualTo(IdOf(lower)));
        Assert.That((await RegisterAsync(Keyed(" A1") with { Source = "plm" })).Outcome, Is.EqualTo(WriteOutcome.Same));
    }

    [Test]
    public async Task Register_SourceNamedFirst_IsMadeForThePrefixAndGs1ForTheNode()
    {
        await RegisterAsync(Keyed("1"));
        await RegisterAsync(Keyed("(01)1") with { Source = "gs1" });
        await RegisterAsync(Keyed("2"));

        Assert.That(
            Node.Catalog.Current.Sources.Select(s => (s.Code, s.Prefix, s.CaseSensitive)),
            Is.EqualTo(new[] { ("gs1", (string?)null, true), ("mes", P, false) })
        );
    }

    [Test]
    public async Task Register_TwoPrefixesWithASourceOfTheirOwn_HaveKeysOfTheirOwn()
    {
        Assert.That(Prefix.TryParse("88.300.2", out var second));
        CoreFixture.Ok(await Node.Prefixes.HomeAsync([second!], Node.Admin, default));
        var one = await RegisterAsync(Keyed("1") with { Identifier = $"{P}/A" });
        var other = await RegisterAsync(Keyed("1") with { Identifier = "88.300.2/A" });

        Assert.That(other.Outcome, Is.EqualTo(WriteOutcome.Created));
        Assert.That(
            (await Node.Finder.FindAsync("mes", "1", null, default)).Error?.Field,
            Is.EqualTo("prefix"),
            "which of the two is meant, the caller must say"
        );
        foreach (var (prefix, record) in new[] { (P, one), ("88.300.2", other) })
        {
            var found = CoreFixture.Ok(await Node.Finder.FindAsync("mes", "1", prefix, default));
            Assert.That(found!.Object, Is.EqualTo(record.Record.Object));
        }
    }

    [Test]
    public async Task Register_SourceWithoutKey_IsRefused()
    {
        var error = await RefusedAsync(Item() with { Source = "mes" });

        Assert.That((error.Code, error.Field), Is.EqualTo((ErrorCode.InvalidValue, "sourceKey")));
        Assert.That((await RefusedAsync(Keyed(" \u3000"))).Field, Is.EqualTo("sourceKey"), "a blank key");
    }

    [Test]
    public async Task Register_SameAgainOrRefused_UsesNoNumberUp()
    {
        await Node.PublishAsync(new Template { Code = "short", Attributes = Mea.Attributes }, "T{seq:1}");
        RegistrationRequest Short(string key, params (string, string)[] attributes) =>
            Keyed(key, attributes) with
            {
                Template = "short",
            };
        var first = await RegisterAsync(Short("1", ("serial", "S1")));
        for (var i = 0; i < 20; i++)
        {
            await RegisterAsync(Short("1", ("serial", "S1")));
            await RefusedAsync(Short("1", ("serial", "S2")));
            await RefusedAsync(Short($"new {i}", ("serial", "S1")));
        }
        var batch = await Node.Registrar.RegisterAsync(
            [.. Enumerable.Repeat(Short("2"), 30)],
            Node.Mes,
            CancellationToken.None
        );

        Assert.That(IdOf(first), Is.EqualTo($"{P}/T1"));
        Assert.That(batch.Select(r => IdOf(r.Value)), Is.All.EqualTo($"{P}/T2"));
        for (var i = 3; i <= 9; i++)
        {
            Assert.That(IdOf(await RegisterAsync(Short($"{i}"))), Is.EqualTo($"{P}/T{i}"));
        }
        using var second = await Node.SecondNodeAsync();
        var elsewhere = await second.Registrar.RegisterAsync(Short("7"), second.Mes, CancellationToken.None);
        Assert.That(IdOf(elsewhere.Value), Is.EqualTo($"{P}/T7"), "another process has no numbers to give back");
        Assert.That((await RefusedAsync(Short("10"))).Code, Is.EqualTo(ErrorCode.SequenceExhausted));
    }

    [Test]
    public async Task AddKey_ToAnItem_IsFoundByItAndTheNextTimeTheSame()
    {
        var first = await RegisterAsync(Keyed("1", ("thickness", "25")));
        var id = IdOf(first);

        var added = CoreFixture.Ok(await AddAsync(id, "wms", "Lot 7"));
        var again = CoreFixture.Ok(await AddAsync(id, "wms", "ＬＯＴ 7"));

        Assert.That(
            (added.Outcome, added.Record.Version, again.Outcome, again.Record.Version),
            Is.EqualTo((WriteOutcome.Changed, 2L, WriteOutcome.Same, 2L))
        );
        Assert.That(
            (await Node.ReadAsync(id))!.Keys,
            Is.EqualTo(new[] { new BusinessKey("mes", "1"), new BusinessKey("wms", "Lot 7") })
        );
        Assert.That(
            CoreFixture.Ok(await Node.Finder.FindAsync("wms", "lot 7", null, default))!.Key.ToString(),
            Is.EqualTo(id.ToUpperInvariant())
        );
        await UpdateAsync(id, Patch(("thickness", "26")));
        Assert.That((await Node.ReadAsync(id))!.Keys, Has.Count.EqualTo(2), "a change keeps them");
        Assert.That((await RegisterAsync(Keyed("1", ("thickness", "25")))).Outcome, Is.EqualTo(WriteOutcome.Same));
    }

    [Test]
    public async Task Register_UnderAFurtherKey_GivesTheRecordAndSaysWhatDiffers()
    {
        var id = IdOf(await RegisterAsync(Keyed("1", ("thickness", "25"), ("count", "3"))));
        CoreFixture.Ok(await AddAsync(id, "wms", "7"));

        var other = await RegisterAsync(Keyed("7", ("thickness", "26"), ("count", "3")) with { Source = "wms" });
        var same = await RegisterAsync(Keyed("7", ("thickness", "25"), ("count", "3")) with { Source = "wms" });

        Assert.That(
            (other.Outcome, IdOf(other), other.Record.Version),
            Is.EqualTo((WriteOutcome.Same, id, 2L)),
            "nothing is changed"
        );
        Assert.That(other.Differs, Is.EqualTo(new[] { "attributes.thickness" }));
        Assert.That(same.Differs, Is.Empty);
        Assert.That(
            (await RefusedAsync(Keyed("7") with { Source = "wms", Identifier = $"{P}/other" })).Code,
            Is.EqualTo(ErrorCode.KeyConflict)
        );
        await Node.PublishAsync(new Template { Code = "other", Attributes = Mea.Attributes }, "O{seq:3}");
        Assert.That(
            (await RefusedAsync(Keyed("7") with { Source = "wms", Template = "other" })).Code,
            Is.EqualTo(ErrorCode.KeyConflict)
        );
    }

    [Test]
    public async Task Register_ContentOfTheRecordAsItStands_IsTheSame()
    {
        var id = IdOf(
            await RegisterAsync(Keyed("1", ("thickness", "25"), ("tags", "a")) with { Values = [Raw(3000)] })
        );
        await UpdateAsync(id, Patch(("thickness", "26")));

        var now = await RegisterAsync(
            Keyed("1", ("thickness", "26.0"), ("tags", "a")) with
            {
                Identifier = id,
                Values = [Raw(3000)],
            }
        );
        var error = await RefusedAsync(Keyed("1", ("thickness", "27"), ("count", "1")) with { Identifier = id });

        Assert.That(now.Outcome, Is.EqualTo(WriteOutcome.Same));
        Assert.That(
            error.Differs,
            Is.EqualTo(new[] { "attributes.thickness", "attributes.count", "attributes.tags", "values.3000" })
        );
        Assert.That(error.Message.En, Does.Contain("attributes.thickness"));
    }

    [Test]
    public async Task Register_WithFurtherKeys_IsKnownByEach()
    {
        var request = Keyed("1") with { FurtherKeys = [new("wms", "7"), new("mes", "2")] };
        var first = await RegisterAsync(request);

        foreach (var (source, key) in new[] { ("mes", "1"), ("wms", "7"), ("mes", "2") })
        {
            var found = CoreFixture.Ok(await Node.Finder.FindAsync(source, key, null, default));
            Assert.That(found?.Object, Is.EqualTo(first.Record.Object), $"{source} {key}");
        }
        Assert.That((await RegisterAsync(request)).Outcome, Is.EqualTo(WriteOutcome.Same));
        var taken = await RefusedAsync(Keyed("9") with { FurtherKeys = [new("wms", "7")] });
        Assert.That(
            (taken.Code, taken.Field, taken.Holder),
            Is.EqualTo((ErrorCode.KeyConflict, "furtherKeys[0].sourceKey", IdOf(first)))
        );
        var twice = await RefusedAsync(Keyed("9") with { FurtherKeys = [new("mes", " 9")] });
        Assert.That(twice.Field, Is.EqualTo("furtherKeys[0].sourceKey"));
        var many = Keyed("9") with
        {
            FurtherKeys = [.. Enumerable.Range(0, 16).Select(i => new BusinessKey("x", $"{i}"))],
        };
        Assert.That((await RefusedAsync(many)).Field, Is.EqualTo("furtherKeys"));
    }

    [Test]
    public async Task AddKey_Refused_SaysWhy()
    {
        var one = IdOf(await RegisterAsync(Keyed("1")));
        var other = IdOf(await RegisterAsync(Keyed("2")));

        Assert.That(
            ((await AddAsync(one, "mes", "2")).Error!.Code, (await AddAsync(one, "mes", "2")).Error!.Holder),
            Is.EqualTo((ErrorCode.KeyConflict, other))
        );
        Assert.That((await AddAsync($"{P}/none", "new", "1")).Error!.Code, Is.EqualTo(ErrorCode.NotFound));
        Assert.That(
            (await AddAsync(one, null, null)).Error!.Details.Select(e => e.Field),
            Is.EqualTo(new[] { "source", "sourceKey" })
        );
        for (var i = 1; i < BusinessKeys.MostAnItem; i++)
        {
            CoreFixture.Ok(await AddAsync(one, $"s{i}", "1"));
        }
        Assert.That((await AddAsync(one, "mes", "17")).Error!.Code, Is.EqualTo(ErrorCode.InvalidValue));
        await RevokeAsync(other);
        Assert.That((await AddAsync(other, "mes", "3")).Error!.Code, Is.EqualTo(ErrorCode.Revoked));
        Assert.That(
            Node.Catalog.Current.Sources.Select(s => s.Code),
            Does.Not.Contain("new"),
            "a bad request makes no source"
        );
    }

    [Test]
    public async Task RemoveKey_OfAnItem_LetsAnotherHaveIt()
    {
        var one = IdOf(await RegisterAsync(Keyed("1") with { FurtherKeys = [new("wms", "7")] }));
        var other = IdOf(await RegisterAsync(Keyed("2")));

        CoreFixture.Ok(await RemoveAsync(one, "mes", "１"));
        CoreFixture.Ok(await AddAsync(other, "mes", "1"));

        Assert.That((await Node.ReadAsync(one))!.Keys, Is.EqualTo(new[] { new BusinessKey("wms", "7") }));
        Assert.That((await RemoveAsync(one, "mes", "1")).Error!.Code, Is.EqualTo(ErrorCode.ValueNotFound));
        Assert.That((await RemoveAsync(one, "none", "1")).Error!.Code, Is.EqualTo(ErrorCode.ValueNotFound));
        Assert.That((await RegisterAsync(Keyed("7") with { Source = "wms" })).Outcome, Is.EqualTo(WriteOutcome.Same));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Register_UnderAFurtherKeyWhenTheFirstIsGone_GivesTheRecordAndSaysWhatDiffers(bool isErased)
    {
        var request = Keyed("A", ("thickness", "25"), ("count", "3"));
        var id = IdOf(await RegisterAsync(request));
        CoreFixture.Ok(await AddAsync(id, "wms", "B"));

        CoreFixture.Ok(isErased ? await TryEraseAsync(id, "k:mes") : await RemoveAsync(id, "mes", "A"));
        await UpdateAsync(id, Patch(("tags", "a")));

        var part = Keyed("B", ("count", "3")) with { Source = "wms" };
        var known = await RegisterAsync(part);
        Assert.That((known.Outcome, IdOf(known)), Is.EqualTo((WriteOutcome.Same, id)));
        Assert.That(known.Differs, Is.EqualTo(new[] { "attributes.thickness", "attributes.tags" }));
        Assert.That((await Node.ReadAsync(id))!.Keys, Is.EqualTo(new[] { new BusinessKey("wms", "B") }));
        var again = await TryRegisterAsync(request);
        var other = await TryRegisterAsync(Keyed("A", ("count", "4")));
        if (isErased)
        {
            Assert.That((again.Value.Outcome, IdOf(again.Value)), Is.EqualTo((WriteOutcome.Same, id)));
            Assert.That(other.Error!.Code, Is.EqualTo(ErrorCode.KeyConflict), "it is still the first key");
        }
        else
        {
            Assert.That((again.Value.Outcome, IdOf(again.Value)), Is.Not.EqualTo((WriteOutcome.Same, id)));
        }
    }

    [Test]
    public async Task Erase_FirstKeyOfASource_WaitsUntilOtherNodesLookForErasedKeys()
    {
        var id = IdOf(await RegisterAsync(Keyed("A")));
        var began = Stopwatch.GetTimestamp();

        var erasure = TryEraseAsync(id, "k:mes");
        Assert.That(() => Node.Catalog.Current.FindSource("mes", P)!.HasOtherForms, Is.True.After(30_000, 1));

        CoreFixture.Ok(await erasure);
        // Nodes follow the log every 250 ms.
        Assert.That(Stopwatch.GetElapsedTime(began), Is.GreaterThan(TimeSpan.FromMilliseconds(750)));
    }

    [Test]
    public async Task Register_UnderAKeyOfAnItemRegisteredWithout_GivesTheRecordAndSaysWhatDiffers()
    {
        var id = IdOf(await RegisterAsync(Item(("count", "3")) with { Identifier = $"{P}/X" }));
        CoreFixture.Ok(await AddAsync(id, "wms", "B"));

        var known = await RegisterAsync(Keyed("B") with { Source = "wms" });

        Assert.That((known.Outcome, IdOf(known)), Is.EqualTo((WriteOutcome.Same, id)));
        Assert.That(known.Differs, Is.EqualTo(new[] { "attributes.count" }));
    }

    [Test]
    public async Task Erase_AFurtherKey_LeavesTheFirstAndKnowsTheItemByEach()
    {
        var id = IdOf(await RegisterAsync(Keyed("A", ("count", "3"))));
        CoreFixture.Ok(await AddAsync(id, "wms", "B"));

        CoreFixture.Ok(await TryEraseAsync(id, "k:wms"));

        Assert.That((await RefusedAsync(Keyed("A"))).Code, Is.EqualTo(ErrorCode.KeyConflict));
        Assert.That(
            (await RegisterAsync(Keyed("B") with { Source = "wms" })).Differs,
            Is.EqualTo(new[] { "attributes.count" })
        );
        Assert.That((await TryEraseAsync(id, "k:")).Error!.Code, Is.EqualTo(ErrorCode.InvalidValue));
    }

    [Test]
    public async Task Reinstate_ATombstone_KeepsItsKeys()
    {
        var request = Keyed("1") with { FurtherKeys = [new("wms", "7")] };
        var id = IdOf(await RegisterAsync(request));
        await RevokeAsync(id);

        Assert.That((await RefusedAsync(Keyed("1"))).Code, Is.EqualTo(ErrorCode.Revoked));
        Assert.That(
            (await RefusedAsync(Keyed("2") with { FurtherKeys = [new("wms", "7")] })).Code,
            Is.EqualTo(ErrorCode.KeyConflict)
        );
        var back = await RegisterAsync(Keyed("1", ("count", "2")) with { Reinstate = true });

        Assert.That((back.Outcome, IdOf(back)), Is.EqualTo((WriteOutcome.Reinstated, id)));
        Assert.That((await Node.ReadAsync(id))!.Keys, Has.Count.EqualTo(2));
        CoreFixture.Ok(await RemoveAsync(id, "wms", "7"));
        CoreFixture.Ok(await AddAsync(id, "wms", "7"));
    }

    [Test]
    public async Task Reinstate_WithAnotherFurtherKey_SaysThatItWasNotAdded()
    {
        var id = IdOf(await RegisterAsync(Keyed("1")));
        await RevokeAsync(id);
        var request = Keyed("1") with { FurtherKeys = [new("wms", "7")], Reinstate = true };

        var back = await RegisterAsync(request);

        Assert.That((back.Outcome, IdOf(back)), Is.EqualTo((WriteOutcome.Reinstated, id)));
        Assert.That(back.Differs, Is.EqualTo(new[] { "furtherKeys" }));
        Assert.That(Node.Catalog.Current.Sources.Select(s => s.Code), Is.EqualTo(new[] { "mes" }), "no source is made");
    }

    [Test]
    public async Task Register_SameKeyManyTimesInABatch_IsOneItemAlsoWhenTheFirstIsRefused()
    {
        await RegisterAsync(Keyed("0", ("serial", "taken")));
        var again = Enumerable.Repeat(Keyed("1", ("serial", "free")), 98);

        var results = await Node.Registrar.RegisterAsync(
            [Keyed("1", ("serial", "taken")), Keyed("1", ("serial", "taken")), .. again],
            Node.Mes,
            CancellationToken.None
        );

        Assert.That(results.Take(2).Select(r => r.Error?.Code), Is.All.EqualTo(ErrorCode.AlreadyExists));
        var items = results.Skip(2).Select(CoreFixture.Ok).ToList();
        Assert.That(items.Count(r => r.Outcome == WriteOutcome.Created), Is.EqualTo(1));
        Assert.That(items.Select(IdOf).Distinct().ToList(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Register_SourcesWithSignsOfDocumentCodes_AreSourcesOfTheirOwn()
    {
        await SaveAsync(new Source { Code = $"mes@{P}" });
        await SaveAsync(new Source { Code = "erp " });
        await SaveAsync(new Source { Code = "erp" });

        var one = await RegisterAsync(Keyed("1"));
        var other = await RegisterAsync(Keyed("1") with { Source = $"mes@{P}" });

        Assert.That(IdOf(other), Is.Not.EqualTo(IdOf(one)));
        Assert.That(
            Node.Catalog.Current.Sources.Select(s => s.DocumentCode.TrimEnd()).Distinct().Count(),
            Is.EqualTo(4)
        );
    }

    [Test]
    public async Task Find_AKeyLongerThanAnyItemHas_FindsNothing()
    {
        await RegisterAsync(Keyed("1"));

        Assert.That(CoreFixture.Ok(await Node.Finder.FindAsync("mes", new string('电', 86), null, default)), Is.Null);
    }

    [Test]
    public void Encode_SourceWithoutKeyAsRecordsHadItEarlier_KeepsAnEmptyList()
    {
        var content = new RecordContent(null, [], []);
        foreach (var keys in new BusinessKey[][] { [new("mes", null)], [new("mes", null), new("wms", "7")] })
        {
            var state = StateEncoder.Encode(content, $"{P}/1", RecordStatus.Active, keys);

            Assert.That(RecordState.KeysOf(state), Is.EqualTo(keys));
        }
    }

    [Test]
    public async Task Erase_AKey_LeavesNoTextAndKnowsTheItemWhenItIsSentAgain()
    {
        var request = Keyed("Wang-0815", ("thickness", "25")) with { FurtherKeys = [new("hr", "0815")] };
        var id = IdOf(await RegisterAsync(request));

        CoreFixture.Ok(await TryEraseAsync(id, "k:mes", "k:hr"));

        Assert.That((await Node.ReadAsync(id))!.Keys, Is.Empty);
        Node.Store.Dispose();
        var bytes = await File.ReadAllBytesAsync(Node.File);
        Assert.That(bytes.AsSpan().IndexOf("Wang-0815"u8), Is.Negative);
        using var second = await Node.SecondNodeAsync();
        async Task<Result<Registered>> SendAsync(RegistrationRequest sent) =>
            await second.Registrar.RegisterAsync(sent, second.Mes, CancellationToken.None);
        Assert.That(IdOf(CoreFixture.Ok(await SendAsync(request with { FurtherKeys = [] }))), Is.EqualTo(id));
        Assert.That(
            (await SendAsync(Keyed(" wang-0815", ("thickness", "26")))).Error!.Code,
            Is.EqualTo(ErrorCode.KeyConflict),
            "nobody else is registered under it"
        );
        Assert.That((await SendAsync(Keyed("other"))).IsOk);
    }

    [Test]
    public async Task Register_NewSourceFromManyNodesAtOnce_IsOneSource()
    {
        using var second = await Node.SecondNodeAsync();
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    Task.Run(() =>
                        (i % 2 == 0 ? Node : second).Registrar.RegisterAsync(
                            Keyed($"{i % 4}") with
                            {
                                Source = "fresh",
                            },
                            Node.Mes,
                            CancellationToken.None
                        )
                    )
                )
        );

        Assert.That(results.Select(r => IdOf(CoreFixture.Ok(r))).Distinct().Count(), Is.EqualTo(4));
        await Node.Catalog.ReloadAsync(0, CancellationToken.None);
        Assert.That(Node.Catalog.Current.Sources.Count(s => s.Code == "fresh"), Is.EqualTo(1));
    }

    [Test]
    public async Task Register_ManyNewSourcesInOneCall_Makes16AndNamesTheField()
    {
        var head = await Node.Store.Log.HeadAsync(CancellationToken.None);
        var results = await Node.Registrar.RegisterAsync(
            [
                .. Enumerable.Range(0, 20).Select(i => Keyed("1") with { Source = $"s{i}" }),
                Keyed("2") with
                {
                    Source = "s15",
                    FurtherKeys = [new("s14", "2"), new("one more", "2")],
                },
                Keyed("2") with
                {
                    Source = "s3",
                },
            ],
            Node.Mes,
            CancellationToken.None
        );

        Assert.That(results.Take(16).All(r => r.IsOk));
        Assert.That(
            results.Skip(16).Take(5).Select(r => (r.Error!.Code, r.Error.Field)),
            Is.EqualTo(
                Enumerable
                    .Repeat((ErrorCode.InvalidValue, "source"), 4)
                    .Append((ErrorCode.InvalidValue, "furtherKeys[1].source"))
            )
        );
        Assert.That(results[21].IsOk, "its source is there");
        Assert.That(Node.Catalog.Current.Sources, Has.Count.EqualTo(16));
        Assert.That(await Node.Store.Log.HeadAsync(CancellationToken.None), Is.EqualTo(head + 16 + 17));
        Assert.That((await TryRegisterAsync(Keyed("1") with { Source = "s16" })).IsOk, "the next call");
    }

    [Test]
    public async Task Register_RefusedForAnotherReason_MakesNoSource()
    {
        await RegisterAsync(Keyed("1", ("serial", "taken")) with { Identifier = $"{P}/A" });
        var fresh = Keyed("1") with { Source = "new", FurtherKeys = [new("new2", "1")] };

        foreach (
            var (refused, field) in new[]
            {
                (fresh with { Attributes = Keyed("1", ("serial", "taken")).Attributes }, "attributes.serial"),
                (fresh with { FurtherKeys = [new("mes", "1")] }, "furtherKeys[0].sourceKey"),
                (fresh with { FurtherKeys = [new("new", "1 ")] }, "furtherKeys[0].sourceKey"),
                (fresh with { Identifier = $"{P}/A" }, "identifier"),
                (Keyed("2") with { Identifier = $"{P}/A", FurtherKeys = [new("new", "1")] }, "identifier"),
            }
        )
        {
            Assert.That((await RefusedAsync(refused)).Field, Is.EqualTo(field));
        }
        Assert.That(Node.Catalog.Current.Sources.Select(s => s.Code), Is.EqualTo(new[] { "mes" }));
        CoreFixture.Ok(await TryRegisterAsync(fresh));
        Assert.That(Node.Catalog.Current.Sources, Has.Count.EqualTo(3), "one code, two sources of other names");
    }

    [Test]
    public async Task AddKey_RefusedForAnotherReason_MakesNoSource()
    {
        var many = Enumerable.Range(2, 15).Select(i => new BusinessKey("mes", $"{i}"));
        var full = IdOf(await RegisterAsync(Keyed("1") with { FurtherKeys = [.. many] }));
        var revoked = IdOf(await RegisterAsync(Keyed("x")));
        await RevokeAsync(revoked);

        Assert.That((await AddAsync(full, "new", "1")).Error!.Field, Is.EqualTo("sourceKey"));
        Assert.That((await AddAsync(revoked, "new", "1")).Error!.Code, Is.EqualTo(ErrorCode.Revoked));
        Assert.That(Node.Catalog.Current.Sources, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task SaveSource_WhatItsKeysMean_DoesNotChange()
    {
        await SaveAsync(new Source { Code = "plm" });
        var editor = new SourceEditor(Node.Documents);

        async Task<Error?> TryAsync(Source source) => (await editor.SaveAsync(source, Node.Admin, default)).Error;

        Assert.That(await TryAsync(new Source { Code = "plm" }), Is.Null, "the same again");
        Assert.That(
            (await TryAsync(new Source { Code = "plm", CaseSensitive = true }))?.Field,
            Is.EqualTo("caseSensitive")
        );
        Assert.That((await TryAsync(new Source { Code = "plm", Prefix = P }))?.Field, Is.EqualTo("prefix"));
        Assert.That((await TryAsync(new Source { Code = "x", Prefix = "99.1" }))?.Field, Is.EqualTo("prefix"));
        Assert.That((await TryAsync(new Source { Code = " " }))?.Field, Is.EqualTo("code"));
        Assert.That((await TryAsync(new Source { Code = "gs1" }))?.Field, Is.EqualTo("code"));
        Assert.That(
            (await editor.SaveAsync(new Source { Code = "y" }, Node.Mes, default)).Error!.Code,
            Is.EqualTo(ErrorCode.Forbidden)
        );
    }

    private async Task SaveAsync(Source source) =>
        CoreFixture.Ok(await new SourceEditor(Node.Documents).SaveAsync(source, Node.Admin, CancellationToken.None));

    private Task<Result<Registered>> AddAsync(string identifier, string? source, string? key) =>
        Node.ItemKeys.AddAsync(Id(identifier), source, key, Node.Mes, CancellationToken.None);

    private Task<Result<Registered>> RemoveAsync(string identifier, string source, string key) =>
        Node.ItemKeys.RemoveAsync(Id(identifier), source, key, Node.Mes, CancellationToken.None);
}
