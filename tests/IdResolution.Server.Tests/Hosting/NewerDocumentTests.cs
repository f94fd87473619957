using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;
using Microsoft.Data.Sqlite;

namespace IdResolution.Server.Tests.Hosting;

/// <summary>A node goes on where a newer one has written members that it does not know.</summary>
[TestFixture]
public sealed class NewerDocumentTests
{
    [Test]
    public async Task StoredDocuments_WithUnknownMembers_AreReadByAStartedNode()
    {
        using var data = new TemporaryDirectory();
        string key;
        await using (var node = await TestNode.StartAsync(data: data.Path))
        {
            key = node.KeyOf(Role.Admin);
            await node.RegisterAsync(""" "source":"mes","sourceKey":"M-1","attributes":{"name":"thing"} """);
        }
        var changed = await ChangeAsync(data.Path);
        Assert.That(changed, Is.GreaterThan(50));

        await using var again = await TestNode.StartAsync(data: data.Path);
        var template = await again.SendAsync(key, "GET", "/api/v1/templates/part");
        var found = await again.SendAsync(key, "GET", "/api/v1/identifiers?source=mes&sourceKey=M-1");
        var registered = await again.RegisterAsync(identifier: $"{TestNode.Prefix}/LATER");
        var sent = await again.SendAsync(
            key,
            "POST",
            "/api/v1/templates:import",
            """{"pack":"tests","templates":[{"code":"other","fromTheFuture":1,"names":{"en":"Other","zh":"其他"}}]}"""
        );

        Assert.That(template.Status, Is.EqualTo(200), template.ToString());
        Assert.That(template.Text, Does.Not.Contain("fromTheFuture"));
        Assert.That(found.Status, Is.EqualTo(200), found.ToString());
        Assert.That(registered, Is.Not.Empty);
        // What comes from people is still read strictly.
        Assert.That((sent.Status, sent.Text), Is.EqualTo((422, sent.Text)));
        Assert.That(sent.Text, Does.Contain("fromTheFuture"));
    }

    /// <summary>Adds a member to all documents, and to what stands in the lists of templates.</summary>
    private static async Task<int> ChangeAsync(string data)
    {
        var file = Path.Combine(data, SqliteDatabase.FileName);
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            UPDATE documents SET json = json_insert(json, '$.attributes[0].fromTheFuture', json('{"a":[1]}'))
            WHERE json_array_length(json, '$.attributes') > 0;
            UPDATE documents SET json = json_insert(json, '$.fromTheFuture', json('{"a":[1]}'));
            SELECT COUNT(*) FROM documents WHERE json_type(json, '$.fromTheFuture') = 'object';
            """;
        return Convert.ToInt32(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
