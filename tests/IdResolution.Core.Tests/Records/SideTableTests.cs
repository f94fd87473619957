using IdResolution.Core.Records;

namespace IdResolution.Core.Tests.Records;

/// <summary>What every description of a table beside the records must keep to.</summary>
public sealed class SideTableTests
{
    [TestCaseSource(typeof(SideTables), nameof(SideTables.All))]
    public void Columns_OfTheKey_StandFirst(SideTable table) =>
        Assert.That(
            table.Columns.SkipWhile(c => c.IsKey).Where(c => c.IsKey),
            Is.Empty,
            "statements bind the key by its place"
        );

    [TestCaseSource(typeof(SideTables), nameof(SideTables.All))]
    public void Columns_OfTextAndBytes_HaveALength(SideTable table) =>
        Assert.That(
            table.Columns.Where(c => c.Kind != SideColumnKind.Number && c.MaxLength <= 0).Select(c => c.Name),
            Is.Empty
        );

    [Test]
    public void Tables_AreNamedOnce()
    {
        Assert.That(SideTables.All.Select(t => t.Name), Is.Unique);
        Assert.That(SideTables.All.Select(t => t.Title), Is.Unique);
    }

    [Test]
    public void Encode_ValuesCutElsewhere_Differ()
    {
        var one = SearchValues.Row("ab", 1, "c").Encode(3);
        var other = SearchValues.Row("a", 1, "bc").Encode(3);

        Assert.That(one, Is.Not.EqualTo(other));
    }
}
