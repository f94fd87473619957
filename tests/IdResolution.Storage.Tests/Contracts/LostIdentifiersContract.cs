using System.Text;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every store says of identifiers that a restore kept.</summary>
public abstract class LostIdentifiersContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    [TestCase("mes", "S1", "cell", "88.300.1/Cell-1")]
    [TestCase("mes ", "S1", "cell", "88.300.1/blank")]
    [TestCase("系统", "氢能 😀 ", "stack", "88.300.1/氢 ")]
    [TestCase("mes", "S1", "stack", null)]
    [TestCase("mes", "S1", "Cell", null)]
    [TestCase("mes", "s1", "cell", null)]
    [TestCase("mes", "S1 ", "cell", null)]
    [TestCase("erp", "S1", "cell", null)]
    public async Task FindAsync_AKey_IsFoundByTheSameKeyAndTemplateAlone(
        string source,
        string sourceKey,
        string template,
        string? identifier
    )
    {
        Put("mes", "S1", "cell", "88.300.1/Cell-1");
        Put("mes ", "S1", "cell", "88.300.1/blank");
        Put("系统", "氢能 😀 ", "stack", "88.300.1/氢 ");

        Assert.That(await FindAsync(Ports, source, sourceKey, template), Is.EqualTo(identifier));
        Assert.That(await FindAsync(Ports, source, sourceKey, template), Is.EqualTo(identifier), "asked again");
    }

    [Test]
    public async Task FindAsync_NoneAtFirst_LooksNoMore()
    {
        var none = await FindAsync(Ports, "mes", "S1", "cell");
        Put("mes", "S1", "cell", "88.300.1/1");

        Assert.That(none, Is.Null);
        Assert.That(await FindAsync(Ports, "mes", "S1", "cell"), Is.Null, "no restore runs under a node");
        Assert.That(await FindAsync(OpenAgain(), "mes", "S1", "cell"), Is.EqualTo("88.300.1/1"));
    }

    [Test]
    public async Task FindAsync_AnotherSpelling_IsFoundByTheFoldedKeyAndTheOwnSpellingComesFirst()
    {
        Put("mes", "Lot-7", "cell", "88.300.1/1");
        Put("mes", "lot-7", "cell", "88.300.1/2");
        Put("mes", "LOT-7", "cell", "88.300.1/2");

        Assert.That(await FindAsync(Ports, "mes", "Lot-7", "cell", "LOT-7"), Is.EqualTo("88.300.1/1"));
        Assert.That(await FindAsync(Ports, "mes", "LoT-7", "cell", "LOT-7"), Is.EqualTo("88.300.1/2"));
        Assert.That(await FindAsync(Ports, "mes", "LoT-7", "stack", "LOT-7"), Is.Null);
    }

    [Test]
    public async Task ForgetAsync_AKey_TakesItsSpellingsAndThoseOfTheItemInThatSource()
    {
        Put("mes", "Lot-7", "cell", "88.300.1/1");
        Put("mes", "LOT-7", "cell", "88.300.1/1");
        Put("mes", "8", "cell", "88.300.1/1");
        Put("wms", "8", "cell", "88.300.1/1");
        Put("mes", "9", "cell", "88.300.1/9");

        await Ports.LostIdentifiers.ForgetAsync("mes", "lot-7", "LOT-7", "88.300.1/1", CancellationToken.None);

        Assert.That(await FindAsync(Ports, "mes", "Lot-7", "cell", "LOT-7"), Is.Null);
        Assert.That(await FindAsync(Ports, "mes", "8", "cell"), Is.Null);
        Assert.That(await FindAsync(Ports, "wms", "8", "cell"), Is.EqualTo("88.300.1/1"));
        Assert.That(await FindAsync(Ports, "mes", "9", "cell"), Is.EqualTo("88.300.1/9"));
    }

    private static Task<string?> FindAsync(
        Ports ports,
        string source,
        string sourceKey,
        string template,
        string? folded = null
    ) =>
        ports
            .LostIdentifiers.FindAsync(source, sourceKey, folded ?? sourceKey, template, CancellationToken.None)
            .AsTask()
            .Soon();

    private string Literal(string text)
    {
        var utf8 = Convert.ToHexString(Encoding.UTF8.GetBytes(text));
        return Settings.IsSqlServer ? $"0x{utf8}" : $"CAST(x'{utf8}' AS TEXT)";
    }

    private void Put(string source, string sourceKey, string template, string identifier) =>
        Execute(
            "INSERT INTO lost_identifiers (source, source_key, template, identifier) VALUES "
                + $"({Literal(source)}, {Literal(sourceKey)}, '{template}', {Literal(identifier)})"
        );
}
