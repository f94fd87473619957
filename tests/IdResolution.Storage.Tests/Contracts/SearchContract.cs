using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every record store finds.</summary>
public abstract class SearchContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private static readonly AttributeDefinition s_power = new()
    {
        Code = "power",
        Type = AttributeType.Decimal,
        Index = 2002,
    };

    [Test]
    public async Task SearchAsync_Equality_FindsThatValueInThatAttributeOfThatTemplate()
    {
        await RegisterAsync("88.1/A", "mea", (2001, "red"));
        await RegisterAsync("88.1/B", "mea", (2001, "reddish"));
        await RegisterAsync("88.1/C", "mea", (2003, "red"));
        await RegisterAsync("88.1/D", "stack", (2001, "red"));
        await RegisterAsync("88.1/E", "mea", (2001, "Red"));

        Assert.That(
            await SearchAsync(
                new RecordQuery
                {
                    Template = "mea",
                    AttributeIndex = 2001,
                    From = "red",
                    Before = "red\0",
                }
            ),
            Is.EqualTo(new[] { "88.1/A" })
        );
    }

    [Test]
    public async Task SearchAsync_BelowAPrefix_FindsThoseOfItAndOfPrefixesThatExtendIt()
    {
        foreach (var identifier in new[] { "88.1/A", "88.1.7/B", "88.1.7.a/C", "88.1.77/D", "88.1.7A/E", "88.2/F" })
        {
            await RegisterAsync(identifier, "mea", (2001, "red"));
        }
        await RegisterAsync("88.1.7/G", "stack", (2001, "red"));
        Assert.That(Prefix.TryParse("88.1.7", out var prefix), Is.True);

        Assert.That(
            await SearchAsync(new RecordQuery { Below = prefix }),
            Is.EqualTo(new[] { "88.1.7/B", "88.1.7.a/C", "88.1.7/G" })
        );
        Assert.That(
            await SearchAsync(
                new RecordQuery
                {
                    Below = prefix,
                    Template = "mea",
                    AttributeIndex = 2001,
                    From = "red",
                    Before = "red\0",
                }
            ),
            Is.EqualTo(new[] { "88.1.7/B", "88.1.7.a/C" })
        );
    }

    [Test]
    public async Task SearchAsync_LargeRecords_EndsPagesEarlyAndMissesNone()
    {
        for (var i = 0; i < 7; i++)
        {
            await WriteDoneAsync(
                RecordWrites.Registration($"88.1/{i}", new string('x', (2 << 20) - 500), template: "mea")
            );
        }
        var query = new RecordQuery { Template = "mea" };
        var pages = new List<(string Identifiers, bool IsFull)>();
        while (pages.Count == 0 || pages[^1].IsFull)
        {
            var page = await Ports.Records.SearchAsync(query, CancellationToken.None);
            pages.Add((string.Join(' ', page.Select(RecordState.IdentifierOf)), page.IsFull));
            query = query with { After = page[^1].Object };
        }

        Assert.That(
            pages,
            Is.EqualTo(new[] { ("88.1/0 88.1/1 88.1/2", true), ("88.1/3 88.1/4 88.1/5", true), ("88.1/6", false) })
        );
    }

    [Test]
    public async Task SearchAsync_Prefix_FindsWhatBeginsSo()
    {
        await RegisterAsync("88.1/A", "mea", (2001, "LOT-1"));
        await RegisterAsync("88.1/B", "mea", (2001, "LOT-2"), (2001, "LOT-22"));
        await RegisterAsync("88.1/C", "mea", (2001, "LOU"));
        await RegisterAsync("88.1/D", "mea", (2001, "LOT-膜"));

        Assert.That(
            await SearchAsync(
                new RecordQuery
                {
                    Template = "mea",
                    AttributeIndex = 2001,
                    From = "LOT-",
                    Before = "LOT.",
                }
            ),
            Is.EqualTo(new[] { "88.1/A", "88.1/B", "88.1/D" }),
            "each once, in order of object"
        );
    }

    [TestCase("-5", "3", "-4.5,-0.25,0,2.999")]
    [TestCase("-1000000", "-5", "-120,-20")]
    [TestCase("3", null, "3,20,100,123456789012345678")]
    [TestCase("0", "0.0001", "0")]
    public async Task SearchAsync_RangeOfNumbers_OrdersByValue(string from, string? before, string expected)
    {
        foreach (
            var number in new[] { "-120", "-20", "-4.5", "-0.25", "0", "2.999", "3", "20", "100", "123456789012345678" }
        )
        {
            await RegisterAsync("88.1/" + number, "mea", (s_power.Index, ValueCodec.SearchText(s_power, number)));
        }

        var found = await SearchAsync(
            new RecordQuery
            {
                Template = "mea",
                AttributeIndex = s_power.Index,
                From = DecimalText.SortKey(from),
                Before = before is null ? null : DecimalText.SortKey(before),
            }
        );

        Assert.That(found, Is.EqualTo(expected.Split(',').Select(n => "88.1/" + n)));
    }

    [Test]
    public async Task SearchAsync_SourceAndKey_FindWhatIsBoundToThem()
    {
        await WriteDoneAsync(RecordWrites.Registration("88.1/A", source: "mes", sourceKey: "K1"));
        await WriteDoneAsync(RecordWrites.Registration("88.1/B", source: "erp", sourceKey: "K1"));
        await WriteDoneAsync(RecordWrites.Registration("88.1/C", source: "mes", sourceKey: "K2"));
        long[] both = [RecordWrites.NumberOf("mes"), RecordWrites.NumberOf("erp")];

        Assert.That(
            await SearchAsync(new RecordQuery { Sources = both[..1] }),
            Is.EqualTo(new[] { "88.1/A", "88.1/C" })
        );
        Assert.That(
            await SearchAsync(new RecordQuery { Sources = both }),
            Is.EqualTo(new[] { "88.1/A", "88.1/B", "88.1/C" })
        );
        Assert.That(await SearchAsync(new RecordQuery { Sources = [] }), Is.Empty);
        Assert.That(
            await SearchAsync(new RecordQuery { Sources = both[..1], Keys = [RecordWrites.Key("mes", "K1")] }),
            Is.EqualTo(new[] { "88.1/A" })
        );
        Assert.That(
            await SearchAsync(
                new RecordQuery
                {
                    Sources = both,
                    Keys = [RecordWrites.Key("mes", "K2"), RecordWrites.Key("erp", "K1")],
                }
            ),
            Is.EqualTo(new[] { "88.1/B", "88.1/C" })
        );
    }

    [Test]
    public async Task SearchAsync_Times_AreFromInclusiveToExclusive()
    {
        for (var i = 0; i < 4; i++)
        {
            await WriteDoneAsync(RecordWrites.Registration($"88.1/{i}") with { Time = 1_000 + i });
        }
        var (first, _) = await Ports.Records.FindAsync(Core.Identifiers.LookupKey.Of("88.1/0"), CancellationToken.None);
        await WriteDoneAsync(RecordWrites.Change(first!, LogOperation.Update) with { Time = 5_000 });

        Assert.That(
            await SearchAsync(new RecordQuery { CreatedFrom = 1_001, CreatedBefore = 1_003 }),
            Is.EqualTo(new[] { "88.1/1", "88.1/2" })
        );
        Assert.That(
            await SearchAsync(new RecordQuery { UpdatedFrom = 1_003 }),
            Is.EqualTo(new[] { "88.1/0", "88.1/3" })
        );
    }

    [Test]
    public async Task SearchAsync_UpdatedRecord_IsFoundByItsNewValueAlone()
    {
        var record = await RegisterAsync("88.1/A", "mea", (2001, "old"), (2003, "same"));

        await WriteDoneAsync(
            RecordWrites.Change(record, LogOperation.Update, template: "mea") with
            {
                RowsBefore = [RecordWrites.Search("old", index: 2001), RecordWrites.Search("same", index: 2003)],
                Rows = [RecordWrites.Search("new", index: 2001), RecordWrites.Search("same", index: 2003)],
            }
        );

        Assert.That(
            await SearchAsync(
                new RecordQuery
                {
                    Template = "mea",
                    AttributeIndex = 2001,
                    From = "old",
                    Before = "old\0",
                }
            ),
            Is.Empty
        );
        Assert.That(
            await SearchAsync(
                new RecordQuery
                {
                    Template = "mea",
                    AttributeIndex = 2001,
                    From = "new",
                    Before = "new\0",
                }
            ),
            Is.EqualTo(new[] { "88.1/A" })
        );
        Assert.That(
            await SearchAsync(
                new RecordQuery
                {
                    Template = "mea",
                    AttributeIndex = 2003,
                    From = "same",
                    Before = "same\0",
                }
            ),
            Is.EqualTo(new[] { "88.1/A" })
        );
    }

    [Test]
    public async Task SearchAsync_Tombstones_AreInNoList()
    {
        var record = await RegisterAsync("88.1/A", "mea", (2001, "red"));

        await WriteDoneAsync(
            RecordWrites.Change(record, LogOperation.Revoke, template: "mea") with
            {
                RowsBefore = [RecordWrites.Search("red", index: 2001)],
            }
        );

        Assert.That(await SearchAsync(new RecordQuery()), Is.Empty);
        Assert.That(
            await SearchAsync(
                new RecordQuery
                {
                    Template = "mea",
                    AttributeIndex = 2001,
                    From = "red",
                }
            ),
            Is.Empty
        );
    }

    [Test]
    public async Task SearchAsync_Pages_NeitherSkipNorRepeat()
    {
        for (var i = 0; i < 7; i++)
        {
            await RegisterAsync($"88.1/{i}", i % 2 == 0 ? "mea" : "stack");
        }

        var pages = new List<string>();
        long after = 0;
        while (
            await Ports.Records.SearchAsync(
                new RecordQuery
                {
                    Template = "mea",
                    After = after,
                    Limit = 3,
                },
                CancellationToken.None
            )
                is { Count: > 0 } page
        )
        {
            Assert.That(page, Has.Count.LessThanOrEqualTo(3));
            pages.AddRange(page.Select(RecordState.IdentifierOf));
            after = page[^1].Object;
        }

        Assert.That(pages, Is.EqualTo(new[] { "88.1/0", "88.1/2", "88.1/4", "88.1/6" }));
    }

    private Task<StoredRecord> RegisterAsync(
        string identifier,
        string template,
        params (int Attribute, string Text)[] search
    ) =>
        WriteDoneAsync(
            RecordWrites.Registration(identifier, template: template) with
            {
                Rows = [.. search.Select(s => RecordWrites.Search(s.Text, template, s.Attribute))],
            }
        );

    private async Task<IEnumerable<string>> SearchAsync(RecordQuery query) =>
        (await Ports.Records.SearchAsync(query, CancellationToken.None)).Select(RecordState.IdentifierOf);
}
