using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Primitives;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>Events whose keys have the form of earlier versions, in a store that is migrated.</summary>
[TestFixture]
public sealed class FormerEventKeyTests
{
    private const string Event = """
        {"type":"observe","time":"2026-03-01T08:00:00Z","items":["88.300.1/A"],"source":"mes","sourceKey":"K-1001"}
        """;

    [Test]
    public async Task Event_OfAStoreThatIsMigrated_IsStillRecognised()
    {
        using var directory = new TemporaryDirectory();
        string first;
        byte[] former;
        await using (var node = await TestNode.StartAsync(data: directory.Path))
        {
            first = (await node.SendAsync(Role.Registrar, "POST", "/api/v1/events", Event)).Text;
            var source = node.Node.Catalog.Current.SourcesOf("mes", null)[0];
            var key = $"event key\n{source.Object}\n{source.Fold("K-1001")}";
            former = node.Services.GetRequiredService<NodeSecrets>().Digest(Encoding.UTF8.GetBytes(key));
        }
        MakeFormer(directory.File("idnode.db"), former);

        await using var migrated = await TestNode.StartAsync(data: directory.Path);
        var again = await migrated.SendAsync(Role.Registrar, "POST", "/api/v1/events", Event);
        var batch = await migrated.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events:batch",
            $$"""{"items": [{{Event}}, {{Event.Replace("1001", "1002")}}]}"""
        );
        var other = await migrated.SendAsync(Role.Registrar, "POST", "/api/v1/events", Event.Replace("/A", "/B"));
        var found = await migrated.GetAsync("/api/v1/events?source=mes&sourceKey=k-1001", Role.Reader);

        Assert.That((again.Status, again.Text), Is.EqualTo((200, first)));
        Assert.That(batch.Items.Select(i => i.GetProperty("status").GetInt32()), Is.EqualTo(new[] { 200, 201 }));
        Assert.That((other.Status, other.Code), Is.EqualTo((409, "KeyConflict")));
        Assert.That(found.Items, Has.Length.EqualTo(1));
    }

    /// <summary>Makes the store that of the version before, with an event of the former form.</summary>
    private static void MakeFormer(string file, byte[] former)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE events SET identity = @former; DELETE FROM schema_migrations WHERE version = 14";
        command.Parameters.AddWithValue("@former", former);
        Assert.That(command.ExecuteNonQuery(), Is.EqualTo(2));
    }
}
