using IdResolution.Core.Access;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Embedded;

/// <summary>Texts longer than the search index keeps.</summary>
public sealed class EmbeddedFileSearchTextTests
{
    [Test]
    public async Task UpdateAsync_LongItemsThatDifferFromTheCutOn_AreOneEntry()
    {
        using var directory = new TemporaryDirectory();
        using var node = await EmbeddedNode.OpenAsync(directory.File(SqliteDatabase.FileName));
        var record = await node.RegisterAsync("S1");
        // Cut inside their last character both would be stored as the same replacement character, twice.
        var common = new string('x', 199);

        var updated = await node
            .Editor.UpdateAsync(
                EmbeddedNode.IdentifierOf(record),
                new RecordPatch
                {
                    Attributes =
                    [
                        new(
                            "tags",
                            InputValue.OfList([InputValue.OfText(common + "😀"), InputValue.OfText(common + "𠀀")])
                        ),
                    ],
                },
                null,
                Caller.CommandLine,
                CancellationToken.None
            )
            .Soon();

        Assert.That(updated.IsOk, updated.Error?.Message.En ?? "");
        Assert.That(Doctor.Run(node.File, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
    }
}
