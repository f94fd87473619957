using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Tests.Faults;
using IdResolution.Server.Tests.Handle;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

/// <summary>Runs <c>scripts/demo.sh</c> as a new user does, but with the executable that is there already.</summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class DemoScriptTests
{
    [Test]
    public async Task Demo_WithUpstreamAndOutage_ShowsThatItIsCaughtUpAndEndsWhatItStarted()
    {
        Programs.Require("curl");
        Programs.Require("flock");
        using var folder = new TemporaryDirectory();
        var start = new ProcessStartInfo(
            "bash",
            [
                RepositoryFolder.PathOf("scripts", "demo.sh"),
                "--with-upstream",
                "--outage",
                "--port",
                "0",
                "--folder",
                folder.Path,
                "--idnode",
                NodeProcess.Executable,
                "--stacks",
                "1",
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var script = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var errors = script.StandardError.ReadToEndAsync(timeout.Token);
        var said = new StringBuilder();
        try
        {
            while (await script.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
            {
                said.AppendLine(line);
                if (line.StartsWith("  Handle admin", StringComparison.Ordinal))
                {
                    // Some Handle clients cannot log in without a value of the administrator that everyone may read.
                    var node = Regex.Match(said.ToString(), @"home page\s+(http://[0-9.:]+)").Groups[1].Value;
                    var admin = Programs.Run("curl", "-s", $"{node}/api/handles/88.300.15907541011/ADMIN");
                    Assert.That(admin, Does.Contain("\"index\":1,").And.Not.Contain("\"index\":300"));
                    await WalkThroughAsync(folder, node, said.ToString(), timeout.Token);
                    Programs.Run("kill", "-TERM", $"{script.Id}");
                }
            }
            await script.WaitForExitAsync(timeout.Token);
        }
        finally
        {
            if (!script.HasExited)
            {
                script.Kill(entireProcessTree: true);
            }
        }

        var shown = said.ToString();
        Assert.That(script.ExitCode, Is.Zero, await errors + shown);
        Assert.That(shown, Does.Match(@"arrived: registered [1-9]\d*, "));
        Assert.That(shown, Does.Contain("\"template\":\"snms-").And.Contain("registered 50, waiting: 200 changes"));
        Assert.That(shown, Does.Match("(?m)^lag +200$").And.Match("(?m)^error +No answer"));
        Assert.That(
            shown.Split("is started again")[1],
            Does.Contain("waiting: 0 changes").And.Match(@"Compared: [1-9]\d*\. Differing: 0\. Not gone up yet: 0\.")
        );
        Assert.That(shown, Does.Match(@"(?im)^location: http://127\.0\.0\.1:\d+/88\.300\.15907541011/"));
        // The nodes hold the lock as long as they run.
        Programs.Run("flock", "-n", folder.File("lock"), "true");
    }

    /// <summary>The walk-through of <c>docs/handle.md</c>: the site record for the tools, and the batches.</summary>
    private static async Task WalkThroughAsync(
        TemporaryDirectory folder,
        string node,
        string said,
        CancellationToken stop
    )
    {
        var document = RepositoryFolder.Read("docs", "handle.md");
        var lines = Regex.Match(document, "```\\n(\\. artifacts/demo/keys\\nmkdir .*?)```", RegexOptions.Singleline);
        var commands = lines
            .Groups[1]
            .Value.Replace("artifacts/demo", folder.Path)
            .Replace("http://127.0.0.1:8080", node)
            .Replace("~", folder.Path);
        Programs.Run("bash", "-euc", commands);
        using var site = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File(".handle/resolver_site"), stop));
        Assert.That(site.RootElement.GetProperty("servers").GetArrayLength(), Is.EqualTo(1));

        var handle = Regex.Match(said, @"Handle\s+([0-9.:]+), TCP").Groups[1].Value;
        var admin = Regex.Match(said, @"Handle admin\s+(\S+), secret (\S+)");
        var batches = Regex.Matches(document, "<<BATCH\n(.*?)BATCH\n", RegexOptions.Singleline);
        using var transport = new HandleTransport();
        var server = HandleServer.At(IPEndPoint.Parse(handle));
        foreach (Match batch in batches)
        {
            var answers = await new ReferenceBatch(
                signer => new HandleClient(transport, server, signer),
                stop
            ).RunAsync(
                batch
                    .Groups[1]
                    .Value.Replace("$handle_admin", admin.Groups[1].Value)
                    .Replace("$handle_secret", admin.Groups[2].Value)
            );
            Assert.That(answers, Is.Not.Empty);
            Assert.That(answers.Select(a => a.Code), Is.All.EqualTo(ResponseCode.Success));
        }
        Assert.That(batches, Has.Count.EqualTo(2));
    }
}
