using IdResolution.Core.Records;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Embedded;

/// <summary>
/// Tombstones brought back through the core: what the store keeps of them must agree with their state.
/// </summary>
public sealed class EmbeddedFileReinstateTests
{
    [Test]
    public async Task RegisterAsync_ReinstateByBusinessKeyAlone_KeepsTheIdentifier()
    {
        using var directory = new TemporaryDirectory();
        using var node = await EmbeddedNode.OpenAsync(directory.File(SqliteDatabase.FileName));
        var first = await node.RegisterAsync("S1");
        await node.RevokeAsync(first);

        var back = await node.RegisterAsync("S1", power: "5", reinstate: true);

        Assert.That(back.Outcome, Is.EqualTo(WriteOutcome.Reinstated));
        Assert.That(RecordState.IdentifierOf(back.Record), Is.EqualTo(RecordState.IdentifierOf(first.Record)));
        Assert.That((back.Record.Object, back.Record.Version), Is.EqualTo((first.Record.Object, 3)));
        Assert.That((await node.RegisterAsync("S1", power: "5")).Outcome, Is.EqualTo(WriteOutcome.Same));
    }
}
