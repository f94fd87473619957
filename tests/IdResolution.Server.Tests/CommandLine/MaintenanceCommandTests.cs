using System.CommandLine;
using IdResolution.Server.CommandLine.Maintenance;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Testing;
using Microsoft.Data.Sqlite;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary>The verbs <c>backup</c>, <c>restore</c> and <c>doctor</c> on a data directory.</summary>
public sealed class MaintenanceCommandTests
{
    private TemporaryDirectory _directory = null!;

    private string Data => _directory.File("data");

    private string Backup => _directory.File("backup.db");

    [SetUp]
    public void Make() => _directory = new TemporaryDirectory();

    [TearDown]
    public void Drop() => _directory.Dispose();

    [Test]
    public async Task Verbs_BackupWhileOpenRestoreWhenClosed_GoRoundTrip()
    {
        using (var node = await OpenAsync())
        {
            var backup = await RunAsync(BackupCommand.Create(), Backup, "--data", Data);
            Assert.That(backup.ExitCode, Is.Zero);
            Assert.That(backup.Output, Does.Contain(Backup).And.Contain("The key file is not in it"));

            var doctor = await RunAsync(DoctorCommand.Create(), "--data", Data);
            Assert.That(doctor.ExitCode, Is.Zero);
            Assert.That(doctor.Output, Does.Match("(?m)^log +ok +").And.Not.Contain("FAILED"));

            var refusal = await RunAsync(RestoreCommand.Create(), Backup, "--data", Data);
            Assert.That(refusal.ExitCode, Is.EqualTo(2));
            Assert.That(refusal.Errors, Does.Contain("Stop the node first"));
        }

        var restore = await RunAsync(RestoreCommand.Create(), Backup, "--data", Data);

        Assert.That(restore.ExitCode, Is.Zero);
        Assert.That(restore.Output, Does.Contain("is restored from").And.Contain("before-restore-"));
        using var again = await OpenAsync();
        Assert.That(again.Get<IdResolution.Core.Catalog.CatalogHolder>().Current.TemplateCodes, Is.Not.Empty);
    }

    [Test]
    public async Task Doctor_DamagedDatabase_SaysWhatIsWrongAndEndsWithOne()
    {
        (await OpenAsync()).Dispose();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "idnode.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE change_log SET leaf = zeroblob(32) WHERE sequence = 3";
            command.ExecuteNonQuery();
        }

        var doctor = await RunAsync(DoctorCommand.Create(), "--data", Data);

        Assert.That(doctor.ExitCode, Is.EqualTo(1));
        Assert.That(
            doctor.Output,
            Does.Match("(?m)^log +FAILED +the leaf of entry 3 is not its body's").And.Contain("idnode restore FILE")
        );
    }

    [Test]
    public async Task Backup_FileThere_NeedsForce()
    {
        using var node = await OpenAsync();
        await RunAsync(BackupCommand.Create(), Backup, "--data", Data);

        var refusal = await RunAsync(BackupCommand.Create(), Backup, "--data", Data);

        Assert.That(refusal.ExitCode, Is.EqualTo(2));
        Assert.That(refusal.Errors, Does.Contain("--force"));
        Assert.That((await RunAsync(BackupCommand.Create(), Backup, "--data", Data, "--force")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Restore_WithoutKeyFile_SaysThatItIsNeeded()
    {
        using (await OpenAsync())
        {
            await RunAsync(BackupCommand.Create(), Backup, "--data", Data);
        }

        var refusal = await RunAsync(RestoreCommand.Create(), Backup, "--data", _directory.File("fresh"));

        Assert.That(refusal.ExitCode, Is.EqualTo(2));
        Assert.That(refusal.Errors, Does.Contain("key file").And.Contain("missing"));
    }

    [Test]
    public async Task Restore_OtherKeyFile_SaysSo()
    {
        using (await OpenAsync())
        {
            await RunAsync(BackupCommand.Create(), Backup, "--data", Data);
        }
        var fresh = Directory.CreateDirectory(_directory.File("fresh")).FullName;
        KeyFile.LoadOrCreate(Path.Combine(fresh, KeyFile.FileName), create: true);

        var refusal = await RunAsync(RestoreCommand.Create(), Backup, "--data", fresh);

        Assert.That(refusal.ExitCode, Is.EqualTo(2));
        Assert.That(refusal.Errors, Does.Contain("another key file"));
        Assert.That(File.Exists(Path.Combine(fresh, "idnode.db")), Is.False);
    }

    private async Task<NodeContainer> OpenAsync()
    {
        var node = await NodeContainer.OpenAsync(
            new NodeOptions { Data = Data, Prefixes = ["88.300.1"] },
            create: true,
            TimeProvider.System
        );
        await node.Get<FirstStart>().InitializeAsync(CancellationToken.None);
        return node;
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        Command command,
        params string[] args
    )
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exitCode = await command
            .Parse(args)
            .InvokeAsync(
                new CommandInvocation(new CommandEnvironment(Path.GetTempPath(), new Dictionary<string, string>()))
                {
                    Output = output,
                    Error = errors,
                    EnableDefaultExceptionHandler = false,
                }
            );
        return (exitCode, output.ToString(), errors.ToString());
    }
}
