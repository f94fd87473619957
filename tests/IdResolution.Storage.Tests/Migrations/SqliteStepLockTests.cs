using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Migrations;

/// <summary>A page of a step has the file's write lock: writers are refused for what it is, not for the lock.</summary>
public sealed class SqliteStepLockTests
{
    [Test]
    public async Task WriteAsync_WhileAPageHasTheLock_IsToldOfTheMigration()
    {
        using var database = new SqliteStepDatabase();
        using var earlier = await database.OpenEarlierAsync();
        await earlier.Records.WriteAsync([RecordWrites.Registration("88.1/A")], CancellationToken.None).Soon();
        var messages = new List<string?>();
        var step = new StepProbe
        {
            InPage = _ =>
            {
                messages.Add(Write(earlier));
                messages.Add(Write(earlier));
            },
        };

        (await database.OpenLaterAsync(step).Soon()).Dispose();

        Assert.That(messages, Has.Count.EqualTo(2).And.All.Contains("idnode migrate"));
    }

    private static string? Write(Sql.NodeStore store) =>
        store
            .Records.WriteAsync([RecordWrites.Registration("88.1/B")], CancellationToken.None)
            .Soon()
            .Result[0]
            .Error?.Message.En;
}
