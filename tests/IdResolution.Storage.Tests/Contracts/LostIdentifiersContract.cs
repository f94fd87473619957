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

    private static Task<string?> FindAsync(Ports ports, string source, string sourceKey, string template) =>
        ports.LostIdentifiers.FindAsync(source, sourceKey, template, CancellationToken.None).AsTask().Soon();

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
