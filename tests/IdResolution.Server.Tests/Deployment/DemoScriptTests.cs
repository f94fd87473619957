using System.Diagnostics;
using System.Text;
using IdResolution.Server.Tests.Faults;
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
                if (line.EndsWith("Stop it with Ctrl-C.", StringComparison.Ordinal))
                {
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
}
