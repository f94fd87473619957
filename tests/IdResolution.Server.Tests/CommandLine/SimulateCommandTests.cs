using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using IdResolution.Server.Tests.Faults;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary>The verb <c>simulate secondary-node</c>: as a process, and what it refuses.</summary>
[TestFixture]
public sealed class SimulateCommandTests : CommandLineFixture
{
    private string[] Verb => VerbWith(Write("secret", "Secret#1\n"));

    [TestCase("INT", false)]
    [TestCase("TERM", true)]
    [Category(Lane.Process)]
    public async Task SecondaryNode_Served_TakesLogInsUntilASignal(string signal, bool fromInput)
    {
        string[] options = ["--http", "127.0.0.1:0", "--token-life", "60", "--fault", "busy,count=1,path=/snms/*"];
        using var process = Process.Start(
            new ProcessStartInfo(NodeProcess.Executable, [.. fromInput ? VerbWith("-") : Verb, .. options])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Root,
            }
        )!;
        try
        {
            await process.StandardInput.WriteAsync("Secret#1\r\n");
            process.StandardInput.Close();
            using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            var ready = await process.StandardOutput.ReadLineAsync(timeout.Token);
            Assert.That(ready, Does.StartWith("ready {"));
            var address = JsonDocument.Parse(ready!["ready ".Length..]).RootElement.GetProperty("http").GetString();
            using var http = new HttpClient { BaseAddress = new Uri($"http://{address}") };

            using var login = await http.PostAsJsonAsync(
                "/identity/token",
                new { username = "ent-1", password = "Secret#1" },
                timeout.Token
            );
            var faults = await http.GetStringAsync("/simulator/faults", timeout.Token);
            using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]))
            {
                await kill.WaitForExitAsync(timeout.Token);
            }
            await process.WaitForExitAsync(timeout.Token);

            Assert.That(await login.Content.ReadAsStringAsync(timeout.Token), Does.Contain("\"status\":1"));
            Assert.That(faults, Is.EqualTo("""[{"fault":"busy","count":1,"path":"/snms/*"}]""" + "\n"));
            Assert.That(process.ExitCode, Is.Zero);
            Assert.That(await process.StandardError.ReadToEndAsync(timeout.Token), Does.Contain("Nothing is kept"));
            Assert.That(Directory.EnumerateFileSystemEntries(Root), Has.Exactly(fromInput ? 0 : 1).Items);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    [TestCase("--http", "0.0.0.0:0", "--any-address")]
    [TestCase("--http", "8000", "ADDR:PORT")]
    [TestCase("--prefix", "88.300.1/x", "must be a prefix")]
    [TestCase("--token-life", "0", "1 or more")]
    [TestCase("--fault", "none", "slow,milliseconds=200")]
    [TestCase("--fault", "slow", "milliseconds must be 1")]
    [TestCase("--fault", "closed,count", "count has no value")]
    [TestCase("--fault", "closed,count=many", "$.count")]
    [TestCase("--fault", "closed,cuont=1", "cuont")]
    public async Task SecondaryNode_WrongOption_IsOneLineThatNamesIt(string option, string value, string part)
    {
        var ran = await RunAsync([.. Verb, option, value]);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.StartWith(option + ": ").And.Contain(part));
        Assert.That(ran.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task SecondaryNode_TakenPort_IsOneLineThatNamesIt()
    {
        using var other = new TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();

        var ran = await RunAsync([.. Verb, "--http", $"{other.LocalEndpoint}"]);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.StartWith($"--http: {other.LocalEndpoint} cannot be listened on"));
    }

    [Test]
    public async Task SecondaryNode_SecretThatIsNotThere_IsSaid()
    {
        var ran = await RunAsync(VerbWith(Path.Combine(Root, "none")));

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("none"));
    }

    [Test]
    public async Task SecondaryNode_SecretThatNobodyCouldSend_IsSaid()
    {
        foreach (var secret in new[] { "", "\n", new string('x', 65) })
        {
            var ran = await RunAsync(VerbWith(Write("secret", secret)));

            Assert.That((ran.Code, ran.Error), Is.EqualTo((2, ran.Error)));
            Assert.That(ran.Error, Does.Contain("1 to 64"));
        }
    }

    private static string[] VerbWith(string secretFile) =>
        ["simulate", "secondary-node", "--user", "ent-1", "--secret-file", secretFile, "--prefix", Prefix];
}
