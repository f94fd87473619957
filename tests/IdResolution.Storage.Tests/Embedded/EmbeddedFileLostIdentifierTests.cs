using System.Buffers.Binary;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Embedded;

/// <summary>Items that a restore lost are sent again by their business keys: their labels stay right.</summary>
public sealed class EmbeddedFileLostIdentifierTests
{
    private TemporaryDirectory _directory = null!;

    private string File => _directory.File(SqliteDatabase.FileName);

    private string Backup => _directory.File("backup.db");

    /// <summary>A backup with the item S1 and two templates.</summary>
    [SetUp]
    public async Task MakeAsync()
    {
        _directory = new TemporaryDirectory();
        using var node = await EmbeddedNode.OpenAsync(File);
        var pack = new TemplatePack
        {
            CodingRules = [new CodingRule { Code = "other", Pattern = "OTHER-{seq:6}" }],
            Templates =
            [
                new Template
                {
                    Code = "other",
                    CodingRule = "other",
                    Attributes = [new AttributeDefinition { Code = "note", Type = AttributeType.Text }],
                },
            ],
        };
        var imported = await new TemplatePacks(node.Documents)
            .ImportAsync(pack, Caller.Node, CancellationToken.None)
            .Soon();
        Assert.That(imported.IsOk);
        await node.RegisterAsync("S1");
        await BackUpAsync();
    }

    [TearDown]
    public void Drop() => _directory.Dispose();

    [Test]
    public async Task RegisterAsync_LostItemAgain_GetsTheIdentifierOnItsLabel()
    {
        var labels = await RegisterAsync("S2", "S3");
        using (var node = await EmbeddedNode.OpenAsync(File))
        {
            var byHand = await node.RegisterAsync("by hand", identifier: $"{EmbeddedNode.Prefix}/By-Hand");
            labels.Add("by hand", EmbeddedNode.IdentifierOf(byHand).Text);
        }

        var report = await RestoreAsync();

        Assert.That(report.Identifiers, Is.EqualTo(new KeptIdentifiers(3, AreAll: true)));
        Assert.That(await RegisterAsync("by hand", "S3", "S2"), Is.EquivalentTo(labels));
        using var again = await EmbeddedNode.OpenAsync(File);
        Assert.That((await again.RegisterAsync("S2")).Outcome, Is.EqualTo(WriteOutcome.Same));
        Assert.That((await again.RegisterAsync("S1")).Outcome, Is.EqualTo(WriteOutcome.Same));
        Assert.That(Doctor.Run(File, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
    }

    [Test]
    public async Task RegisterAsync_LostItemInAnotherSpelling_GetsTheIdentifierOnItsLabelAndErasingLeavesNoKey()
    {
        var label = (await RegisterAsync("Lot-7"))["Lot-7"];
        await RestoreAsync();

        using var node = await EmbeddedNode.OpenAsync(File);
        var again = EmbeddedNode.IdentifierOf(await node.RegisterAsync("ＬＯＴ-7"));

        Assert.That(again.Text, Is.EqualTo(label));
        Assert.That(RawSql.Run(File, "SELECT COUNT(*) FROM lost_identifiers"), Is.EqualTo(2L));
        var erased = await node.Eraser.EraseAsync(again, ["k:mes"], Caller.CommandLine, CancellationToken.None);
        Assert.That(erased.IsOk);
        Assert.That(RawSql.Run(File, "SELECT COUNT(*) FROM lost_identifiers"), Is.EqualTo(0L));
    }

    [Test]
    public async Task RegisterAsync_ABatchOfLostAndNewItems_EachGetsItsOwn()
    {
        string[] keys = [.. Enumerable.Range(2, 100).Select(i => $"S{i}")];
        var labels = await RegisterAsync(keys);
        await RestoreAsync();

        using var node = await EmbeddedNode.OpenAsync(File);
        string[] sent = ["new 1", .. keys.Reverse(), "S2", "new 2"];
        var results = await node
            .Registrar.RegisterAsync([.. sent.Select(k => Item(k))], Caller.CommandLine, CancellationToken.None)
            .Soon();

        var got = sent.Zip(results, (key, result) => (key, Label: EmbeddedNode.IdentifierOf(result.Value).Text))
            .ToList();
        Assert.That(got.Where(g => labels.ContainsKey(g.key)).All(g => g.Label == labels[g.key]));
        Assert.That(got.Select(g => g.Label).Distinct().Count(), Is.EqualTo(keys.Length + 2));
        Assert.That(results[101].Value.Outcome, Is.EqualTo(WriteOutcome.Same), "S2, for the second time");
    }

    [Test]
    public async Task RegisterAsync_OtherTemplateOrRevokedBefore_GetsANewIdentifier()
    {
        var labels = await RegisterAsync("S2", "S3");
        using (var node = await EmbeddedNode.OpenAsync(File))
        {
            await node.RevokeAsync(await node.RegisterAsync("S3"));
        }
        var report = await RestoreAsync();

        using var restored = await EmbeddedNode.OpenAsync(File);
        var other = await RegisterAsync(restored, Item("S2", "other"));
        var revoked = await restored.RegisterAsync("S3");

        Assert.That(report.Identifiers!.Count, Is.EqualTo(1));
        Assert.That(EmbeddedNode.IdentifierOf(other).Text, Does.Contain("OTHER-"));
        Assert.That(EmbeddedNode.IdentifierOf(revoked).Text, Is.Not.AnyOf(labels["S2"], labels["S3"]));
    }

    [Test]
    public async Task RegisterAsync_IdentifierTakenMeanwhile_IsRefusedRatherThanGivenASecondOne()
    {
        var label = (await RegisterAsync("S2"))["S2"];
        await RestoreAsync();

        using var node = await EmbeddedNode.OpenAsync(File);
        await node.RegisterAsync("thief", identifier: label);

        Assert.That(
            () => node.RegisterAsync("S2"),
            Throws.TypeOf<AssertionException>().With.Message.Contains(label),
            "its label has it: another would be a second code of one item"
        );
    }

    [Test]
    public async Task RegisterAsync_PrefixNoMoreHomed_GetsANewIdentifier()
    {
        await RegisterAsync("S2");
        await RestoreAsync();
        RawSql.Run(File, "UPDATE lost_identifiers SET identifier = '88.300.2/CELL-1'");

        Assert.That((await RegisterAsync("S2"))["S2"], Does.StartWith($"{EmbeddedNode.Prefix}/CELL-"));
    }

    [Test]
    public async Task RestoreAsync_Twice_KeepsWhatWasNotSentAgain()
    {
        var labels = await RegisterAsync("S2", "S3", "S4");
        await RestoreAsync();
        await RegisterAsync("S2");
        labels.Add("S5", (await RegisterAsync("S5"))["S5"]);
        await RestoreAsync();
        var first = await RegisterAsync("S3");
        using (var node = await EmbeddedNode.OpenAsync(File))
        {
            await node.RevokeAsync(await node.RegisterAsync("S3"));
        }
        labels.Remove("S3");

        var report = await RestoreAsync();

        Assert.That(report.Identifiers, Is.EqualTo(new KeptIdentifiers(3, AreAll: true)), "S3 was revoked");
        Assert.That(await RegisterAsync("S5", "S4", "S2"), Is.EquivalentTo(labels));
        Assert.That(await RegisterAsync("S3"), Is.Not.EqualTo(first));
    }

    [Test]
    public async Task RestoreAsync_BackupOfAfterTheItemsCame_ForgetsThem()
    {
        await RegisterAsync("S2", "S3");
        await RestoreAsync();
        await RegisterAsync("S2");
        await BackUpAsync();

        Assert.That((await RestoreAsync()).Identifiers!.Count, Is.EqualTo(1), "S3 alone is still lost");
    }

    [Test]
    public async Task RestoreAsync_DatabaseBeforeOfAnOlderSchema_KeepsItsIdentifiers()
    {
        var labels = await RegisterAsync("S2");
        RawSql.Run(File, "DROP TABLE lost_identifiers");

        Assert.That((await RestoreAsync()).Identifiers, Is.EqualTo(new KeptIdentifiers(1, AreAll: true)));
        Assert.That(await RegisterAsync("S2"), Is.EquivalentTo(labels));
    }

    [Test]
    public async Task RestoreAsync_PageOfRecordsDamaged_KeepsWhatIsOnTheOthers()
    {
        string[] keys = [.. Enumerable.Range(2, 300).Select(i => $"S{i}")];
        var labels = await RegisterAsync(keys);
        DamageMiddleLeafOf("records");

        var report = await RestoreAsync();

        Assert.That(report.Identifiers!.AreAll, Is.False);
        Assert.That(report.Identifiers!.Count, Is.InRange(200, 299));
        var again = await RegisterAsync(keys);
        Assert.That(again.Count(g => labels[g.Key] == g.Value), Is.EqualTo(report.Identifiers!.Count));
        Assert.That((again["S2"], again["S301"]), Is.EqualTo((labels["S2"], labels["S301"])), "from both ends");
    }

    [Test]
    public async Task RestoreAsync_StatesDamaged_KeepsIdentifiersInTheSpellingOfTheirKeys()
    {
        await RegisterAsync("S2");
        using (var node = await EmbeddedNode.OpenAsync(File))
        {
            await node.RegisterAsync("S3", identifier: $"{EmbeddedNode.Prefix}/By-Hand");
        }
        RawSql.Run(File, "UPDATE versions SET state = x'00' WHERE sequence = (SELECT max(sequence) FROM versions)");

        Assert.That((await RestoreAsync()).Identifiers, Is.EqualTo(new KeptIdentifiers(2, AreAll: true)));
        Assert.That((await RegisterAsync("S3"))["S3"], Is.EqualTo($"{EmbeddedNode.Prefix}/BY-HAND"));
    }

    [Test]
    public async Task RestoreAsync_DatabaseBeforeRuined_KeepsNone()
    {
        System.IO.File.WriteAllText(File, "no database at all");

        Assert.That((await RestoreAsync(gap: 10)).Identifiers, Is.EqualTo(new KeptIdentifiers(0, AreAll: false)));
    }

    [Test]
    public async Task RestoreAsync_NoDatabaseBefore_KeepsNone()
    {
        System.IO.File.Delete(File);

        Assert.That((await RestoreAsync(gap: 0)).Identifiers, Is.EqualTo(new KeptIdentifiers(0, AreAll: true)));
    }

    private static async Task<Registered> RegisterAsync(EmbeddedNode node, RegistrationRequest item)
    {
        var result = await node.Registrar.RegisterAsync(item, Caller.CommandLine, CancellationToken.None).Soon();
        Assert.That(result.IsOk, result.Error?.Message.En);
        return result.Value;
    }

    /// <summary>An item of a template, of which cells need a serial number.</summary>
    private static RegistrationRequest Item(string key, string template = "cell") =>
        new()
        {
            Template = template,
            Source = "mes",
            SourceKey = key,
            Attributes = [new(template == "cell" ? "serial" : "note", InputValue.OfText(key))],
        };

    /// <summary>Registers cells on a node that is closed then, and answers their identifiers.</summary>
    private async Task<Dictionary<string, string>> RegisterAsync(params string[] keys)
    {
        using var node = await EmbeddedNode.OpenAsync(File);
        var given = new Dictionary<string, string>();
        foreach (var key in keys)
        {
            given.Add(key, EmbeddedNode.IdentifierOf(await node.RegisterAsync(key)).Text);
        }
        return given;
    }

    /// <summary>Empties a page of a table's middle, which must have more than two.</summary>
    private void DamageMiddleLeafOf(string table)
    {
        RawSql.Run(File, "PRAGMA wal_checkpoint(TRUNCATE)");
        var root = (long)RawSql.Run(File, $"SELECT rootpage FROM sqlite_master WHERE name = '{table}'")!;
        var size = (int)(long)RawSql.Run(File, "PRAGMA page_size")!;
        var bytes = System.IO.File.ReadAllBytes(File);
        var page = bytes.AsSpan((int)((root - 1) * size), size);
        Assert.That(page[0], Is.EqualTo(5), "an inner page, see the file format of SQLite");
        var cells = BinaryPrimitives.ReadUInt16BigEndian(page[3..]);
        Assert.That(cells, Is.GreaterThan(2));
        var cell = BinaryPrimitives.ReadUInt16BigEndian(page[(12 + (cells / 2 * 2))..]);
        var leaf = BinaryPrimitives.ReadInt32BigEndian(page[cell..]);
        bytes.AsSpan((leaf - 1) * size, size).Clear();
        System.IO.File.WriteAllBytes(File, bytes);
    }

    private Task BackUpAsync() =>
        SqliteBackup.BackupAsync(File, Backup, null, CancellationToken.None, overwrite: true).Soon();

    private Task<RestoreReport> RestoreAsync(long? gap = null) =>
        SqliteRestore
            .RestoreAsync(
                Backup,
                File,
                EmbeddedNode.Secrets.Fingerprint,
                new RestoreOptions { Gap = gap },
                TimeProvider.System,
                null,
                CancellationToken.None
            )
            .Soon();
}
