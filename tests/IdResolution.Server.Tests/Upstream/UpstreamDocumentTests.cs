using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdResolution.Core.Upstream;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Deployment;
using IdResolution.Server.Tests.Faults;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Upstream;

/// <summary>
/// Runs the commands of <c>docs/upstream.md</c> and those of the README about the secondary node as they say, but in
/// one terminal, on ports that the system chooses, and with states waited for instead of times.
/// </summary>
[TestFixture]
[Category(Lane.Documents)]
public sealed partial class UpstreamDocumentTests
{
    private const string UntilSettled = """
        until idnode upstream status --data ./data --json | grep -Eq '"due":0.*"lag":0,|"error":'; do sleep 0.1; done
        """;

    private static readonly string s_document = RepositoryFolder.Read("docs", "upstream.md");

    [Test]
    public async Task Simulator_AsItIsPrinted_HasTheIdentifierRefusesAnotherAndComesBack()
    {
        var said = await RunAsync(
            s_document,
            UntilSettled,
            "simulator",
            "node",
            "first",
            "letters",
            "outage",
            "reconcile"
        );

        var first = said[2];
        Assert.That(first, Does.Match("(?m)^lag +0$").And.Match("(?m)^sent +1$"));
        var state = first.Split('\n').Single(l => l.StartsWith("{\"users\"", StringComparison.Ordinal));
        Assert.That(state, Does.Contain("\"index\":9999").And.Not.Contain("PEM 15"));
        Assert.That(
            said[3],
            Does.Match("ROLL-3 .* waits +审核未通过").And.Contain("The secondary node refused nothing.")
        );
        Assert.That(said[4], Does.Match("(?m)^lag +1$").And.Match("(?m)^error +No answer"));
        Assert.That(said[4], Does.Contain("Compared: 3. Differing: 0. Not gone up yet: 0."));
        Assert.That(Compared().Count(said[5]), Is.EqualTo(3));
    }

    [Test]
    public async Task OtherNode_AsItIsPrinted_HasTheIdentifier()
    {
        const string UntilThere = """
            until curl -sf http://127.0.0.1:8090/api/v1/identifiers/88.300.1/ROLL-2 > there; do sleep 0.1; done
            """;

        var said = await RunAsync(s_document, UntilThere, "upper", "lower", "both");

        var there = JsonDocument.Parse(said[2].Split('\n').Last(l => l.Length > 2 && l[0] == '{')).RootElement;
        Assert.That(there.GetProperty("identifier").GetString(), Is.EqualTo("88.300.1/ROLL-2"));
        Assert.That(there.GetProperty("attributes").ToString(), Is.EqualTo("""{"identifier":"88.300.1/ROLL-2"}"""));
    }

    [TestCase("README.md")]
    [TestCase("README.zh-CN.md")]
    public async Task Readme_AsItIsPrinted_CatchesUpAfterTheOutage(string file)
    {
        var said = await RunAsync(
            "```sh init\nidnode init --data ./data --prefix 88.300.15907541011\n```\n" + RepositoryFolder.Read(file),
            "",
            "init",
            "upstream"
        );

        Assert.That(said[1], Does.Match(@"(?s)\nerror +No answer from .*""lag"":0,.*Compared: 1\. Differing: 0\."));
    }

    [Test]
    public void Document_SettingsAndShares_AreThoseThatThereAre()
    {
        var settings = typeof(UpstreamOptions)
            .GetProperties()
            .Select(p => $"| `Upstream:{p.Name}`")
            .Where(row => !s_document.Contains(row, StringComparison.Ordinal));
        var shares = Enum.GetNames<UpstreamShare>()
            .Select(s => $"| `{s.ToLowerInvariant()}` |")
            .Where(row => !s_document.Contains(row, StringComparison.Ordinal));

        Assert.That(settings.Concat(shares), Is.Empty);
        Assert.That(s_document, Does.Contain("| `Upstream:Share` | `identifier` |"));
        Assert.That(new UpstreamOptions().Share, Is.EqualTo(UpstreamShare.Identifier));
        Assert.That(s_document, Does.Contain($"A value of over {UpstreamItems.MaxText} characters"));
    }

    /// <summary>Runs blocks of a document one after the other, and gives what each said.</summary>
    private static async Task<string[]> RunAsync(string document, string settled, params string[] blocks)
    {
        Programs.Require("curl");
        var script = new StringBuilder(
            $$"""
            pids=
            upper=
            trap 'kill $pids; wait' EXIT
            idnode() { '{{NodeProcess.Executable}}' "$@"; }
            # Waits until the server with this number serves. The first one is the secondary node.
            serves() {
              pids="$pids $1"
              while ! grep -q '^ready' "$1.ready"; do kill -0 "$1"; sleep 0.1; done
              upper=${upper:-$(sed -n 's/^ready .*"http":"\([^"]*\)".*/\1/p' "$1.ready")}
            }

            """
        );
        foreach (var name in blocks)
        {
            var block = Block().Matches(document).Single(m => m.Groups[1].Value == name).Groups[2].Value;
            foreach (var line in block.Replace("sleep 3", settled, StringComparison.Ordinal).Split('\n'))
            {
                var text = line.Replace("out/idnode ", "idnode ", StringComparison.Ordinal);
                script.Append(Server().IsMatch(text) ? InBackground(text) : text).Append('\n');
            }
            script.Append("echo '=== end'\n");
        }
        script.Replace("127.0.0.1:8000", "$upper").Replace("127.0.0.1:8090", "$upper");

        var output = await DocumentProgram.RunAsync("```sh all\n```\n", "all", _ => script.ToString());

        return output.Split("=== end\n");
    }

    private static string InBackground(string command)
    {
        var listens = command.Contains(" simulate ", StringComparison.Ordinal)
            ? " --http 127.0.0.1:0"
            : " --http 127.0.0.1:0 --grpc 127.0.0.1:0 --handle 127.0.0.1:0";
        var server = Listener().Replace(command.TrimEnd(' ', '&'), "")["idnode ".Length..] + listens;
        return $$"""
            sh -c 'exec "$0" "$@" > $$.ready' '{{NodeProcess.Executable}}' {{server}} &
            until [ -e "$!.ready" ]; do kill -0 $!; sleep 0.1; done
            serves $!
            """;
    }

    [GeneratedRegex(@"^```\w+ (\S+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^idnode (simulate|serve) ")]
    private static partial Regex Server();

    [GeneratedRegex(" --(http|grpc|handle) [0-9.:]+")]
    private static partial Regex Listener();

    [GeneratedRegex("Compared: 3\\. Differing: 0\\. Not gone up yet: 0\\.")]
    private static partial Regex Compared();
}
