using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Embedded;

/// <summary>Records made and replaced by their values, as the file has them then.</summary>
public sealed class EmbeddedFileValueTests
{
    [Test]
    public async Task CreateAsync_OverTemplatedRecords_LeavesAStoreInOrder()
    {
        using var directory = new TemporaryDirectory();
        using var node = await EmbeddedNode.OpenAsync(directory.File(SqliteDatabase.FileName));
        var active = EmbeddedNode.IdentifierOf(await node.RegisterAsync("S1"));
        var revoked = await node.RegisterAsync("S2");
        await node.RevokeAsync(revoked);
        var values = new[]
        {
            new RawValue
            {
                Index = 300,
                Type = "HS_SECKEY",
                Data = "geheimnis-lang"u8.ToArray(),
            },
        };

        foreach (var identifier in new[] { active, EmbeddedNode.IdentifierOf(revoked) })
        {
            var created = await node
                .Values.CreateAsync(
                    identifier,
                    values,
                    overwrite: true,
                    _ => null,
                    Caller.CommandLine,
                    CancellationToken.None
                )
                .Soon();
            Assert.That(created.IsOk, created.Error?.Message.En ?? "");
        }

        // The keys of these secrets are in no store.
        Assert.That(
            Doctor.Run(node.File, null, CancellationToken.None).Where(f => !f.Ok && f.Check != "data keys"),
            Is.Empty
        );
        await node.RegisterAsync("S3");
        Assert.That(
            (
                await node.Store.Records.ListAsync(
                    LookupKey.Of(EmbeddedNode.Prefix + "/"),
                    null,
                    10,
                    CancellationToken.None
                )
            ).Count,
            Is.EqualTo(3)
        );
    }

    [TestCase(Statements.List + " LIMIT 10")]
    [TestCase(Statements.Count)]
    public async Task List_OfAPrefix_IsServedByTheKeysIndex(string sql)
    {
        using var directory = new TemporaryDirectory();
        using var node = await EmbeddedNode.OpenAsync(directory.File(SqliteDatabase.FileName));
        using var connection = RawSql.Connect(node.File);
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        command.Parameters.AddWithValue("@after", LookupKey.Of("88.1/").Bytes);
        command.Parameters.AddWithValue("@before", LookupKey.Of("88.1/").Beyond().Bytes);
        var plan = new List<string>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            plan.Add(reader.GetString(3));
        }

        Assert.That(plan[0], Does.StartWith("SEARCH r USING INDEX records_lookup_key (lookup_key>? AND lookup_key<?)"));
        Assert.That(plan, Has.None.Contains("SCAN").And.None.Contains("TEMP B-TREE"));
    }
}
