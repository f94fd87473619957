using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdResolution.Server.Tests.Handle;

/// <summary>A backup that an administrator asks for over the protocol (op 1003), and who asks for it in vain.</summary>
[TestFixture]
internal sealed class BackupTests
{
    private static readonly ValueReference s_admin = new($"{TestNode.Prefix}/ADMIN", 300);
    private static readonly ValueReference s_stranger = new($"{TestNode.Prefix}/STRANGER", 300);

    [Test]
    public async Task Backup_AskedForByAnAdministrator_IsMadeAndTheLastThreeAreKept()
    {
        using var files = new TemporaryDirectory();
        var directory = Path.Combine(files.Path, "backups");
        await using var node = await StartAsync(options => options.Backup.Directory = directory);
        await node.RegisterAsync();
        Directory.CreateDirectory(directory);
        var others = Path.Combine(directory, "by-hand.db");
        await File.WriteAllTextAsync(others, "not the node's");

        var codes = new List<ResponseCode>();
        for (var i = 0; i < 5; i++)
        {
            codes.Add(await AskAsync(node, s_admin));
        }

        Assert.That(codes, Is.All.EqualTo(ResponseCode.Success));
        var made = Directory.GetFiles(directory, "checkpoint-*").Order().ToList();
        Assert.That(made, Has.Count.EqualTo(3));
        Assert.That(File.Exists(others));
        await using var database = new SqliteConnection($"Data Source={made[^1]};Mode=ReadOnly;Pooling=False");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = "SELECT count(*) FROM records";
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(3L), "two users and a part");
        Assert.That(
            (await node.GetAsync("/api/v1/audit", Role.Admin)).Text,
            Does.Contain("handle.backup").And.Contain(Path.GetFileName(made[^1]))
        );
    }

    [Test]
    public async Task Backup_ThatFails_IsAuditedAsWell()
    {
        using var files = new TemporaryDirectory();
        var place = Path.Combine(files.Path, "no-directory");
        await using var node = await StartAsync(options => options.Backup.Directory = place);
        await File.WriteAllTextAsync(place, "in its place");
        node.Log.Expect("BackupNotMade");

        Assert.That(await AskAsync(node, s_admin), Is.EqualTo(ResponseCode.Error));

        var lines = (await node.GetAsync("/api/v1/audit", Role.Admin)).Items.Where(line =>
            line.GetProperty("action").GetString() == "handle.backup"
        );
        Assert.That(
            lines.Select(line => (line.GetProperty("caller").GetString(), line.GetProperty("outcome").GetString())),
            Is.EqualTo(new[] { (s_admin.ToString(), "Internal") })
        );
    }

    [Test]
    public async Task Backup_AskedForByOthers_IsRefused()
    {
        using var files = new TemporaryDirectory();
        await using var node = await StartAsync(options => options.Backup.Directory = files.Path);

        Assert.That(await AskAsync(node, s_stranger), Is.EqualTo(ResponseCode.InvalidAdministrator));
        Assert.That(Directory.GetFiles(files.Path), Is.Empty);
    }

    [Test]
    public async Task Backup_WhereNoneCanBeMade_IsNotSupportedAndFailuresAreTold()
    {
        using var files = new TemporaryDirectory();
        var blocked = Path.Combine(files.Path, "a file");
        await File.WriteAllTextAsync(blocked, "");
        await using var without = await StartAsync(static _ => { });
        await using var failing = await StartAsync(options => options.Backup.Directory = blocked);

        using var anyone = await HandleWire.ConnectAsync(without.HandleEndPoint);
        var told = await anyone.AskAsync(OpCode.Backup, new OneHandleRequest("/").Write);
        Assert.That(told.Header.ResponseCode, Is.EqualTo(ResponseCode.OperationNotSupported));
        Assert.That(ErrorResponse.TryRead(told.Body.Span, digestPresent: false, out var error), Is.True);
        Assert.That(
            error!.Message,
            Does.Not.Contain("Backup:").And.Contain("no backups"),
            "settings are the operators'"
        );
        Assert.That(await AskAsync(without, s_admin), Is.EqualTo(ResponseCode.OperationNotSupported));
        foreach (var other in new[] { OpCode.GetNextTransactionId, OpCode.RetrieveTransactionLog, OpCode.DumpHandles })
        {
            using var wire = await HandleWire.ConnectAsync(without.HandleEndPoint);
            Assert.That(
                (await wire.AskAsync(other, new OneHandleRequest("/").Write)).Header.ResponseCode,
                Is.EqualTo(ResponseCode.OperationNotSupported),
                $"{other}"
            );
        }
        Assert.That(await AskAsync(failing, s_admin), Is.EqualTo(ResponseCode.Error));
        Assert.That(await AskAsync(failing, s_admin), Is.EqualTo(ResponseCode.Error), "again, not busy for ever");
    }

    [Test]
    public async Task Backups_AskedForAtOnce_AreMadeOneAtATime()
    {
        using var files = new TemporaryDirectory();
        await using var node = await StartAsync(options => options.Backup.Directory = files.Path);
        var maker = (BackupDirectory)node.Services.GetRequiredService<IBackupMaker>();
        var (write, begun, may) = (maker.Write, new TaskCompletionSource(), new TaskCompletionSource());
        maker.Write = async (file, stop) =>
        {
            begun.TrySetResult();
            await may.Task;
            await write(file, stop);
        };

        var first = AskAsync(node, s_admin);
        await begun.Task;
        var second = await AskAsync(node, s_admin);
        may.SetResult();
        var third = await first;
        var last = await AskAsync(node, s_admin);

        Assert.That(
            new[] { second, third, last },
            Is.EqualTo([ResponseCode.ServerBusy, ResponseCode.Success, ResponseCode.Success]),
            "while the first is made, no other is"
        );
        Assert.That(Directory.GetFiles(files.Path), Has.Length.EqualTo(2));
    }

    [TestCase("", "", false)]
    [TestCase("backups", "", true)]
    [TestCase("backups", "Server=db", false)]
    public void Backups_AreMadeWhereThereIsAPlaceAndTheStoreIsEmbedded(
        string directory,
        string server,
        bool isAvailable
    )
    {
        var options = new NodeOptions { Backup = { Directory = directory }, Store = { SqlServer = server } };
        var maker = new BackupDirectory(
            options,
            null!,
            TimeProvider.System,
            null!,
            NullLogger<BackupDirectory>.Instance
        );

        // Where none is made, op 1003 is answered with code 5.
        Assert.That(maker.IsAvailable, Is.EqualTo(isAvailable));
    }

    private static async Task<TestNode> StartAsync(Action<NodeOptions> configure)
    {
        var node = await TestNode.StartAsync(options =>
        {
            options.HandleAdmins = [s_admin.ToString()];
            configure(options);
        });
        foreach (var user in new[] { s_admin, s_stranger })
        {
            var answer = await node.SendAsync(
                Role.Admin,
                "POST",
                "/api/v1/identifiers",
                $$"""{"identifier":"{{user.Handle}}","values":[{"index":300,"type":"HS_SECKEY","data":"secret-for-test"}]}"""
            );
            Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        }
        return node;
    }

    private static async Task<ResponseCode> AskAsync(TestNode node, ValueReference user)
    {
        using var wire = await HandleWire.ConnectAsync(node.HandleEndPoint);
        var answer = await wire.AskAsync(OpCode.Backup, new OneHandleRequest("/").Write);
        if (answer.Header.ResponseCode != ResponseCode.AuthenticationNeeded)
        {
            return answer.Header.ResponseCode;
        }
        Assert.That(Challenge.TryRead(answer.Body.Span, out var challenge), Is.True);
        var proof = SecretKeyProof.Make(
            KeyedDigestKind.HmacSha256,
            "secret-for-test"u8.ToArray(),
            challenge!.Nonce,
            challenge.Digest.Digest.Span
        );
        answer = await wire.AskAsync(
            OpCode.ChallengeAnswer,
            new ChallengeAnswer(SecretKeyProof.Type, user, proof).Write,
            sessionId: answer.Envelope.SessionId
        );
        return answer.Header.ResponseCode;
    }
}
