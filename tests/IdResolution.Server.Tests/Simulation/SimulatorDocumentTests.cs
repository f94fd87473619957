using System.Text.Json;
using IdResolution.Server.Simulation;
using IdResolution.Server.Tests.Deployment;
using IdResolution.Server.Tests.Faults;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Simulation;

/// <summary>Runs the commands of <c>docs/simulator.md</c> as it says.</summary>
[TestFixture]
[Category(Lane.Documents)]
public sealed class SimulatorDocumentTests : SimulatorFixture
{
    private static readonly string s_document = RepositoryFolder.Read("docs", "simulator.md");

    [Test]
    public async Task Start_AsItIsPrinted_Serves()
    {
        const string Wait = """
             > ready &
            while ! grep -q ready ready; do kill -0 $!; sleep 0.1; done
            kill $!
            wait $!
            cat ready
            """;

        var output = await DocumentProgram.RunAsync(
            s_document,
            "start",
            script =>
                script
                    .Replace("idnode ", $"'{NodeProcess.Executable}' ", StringComparison.Ordinal)
                    .Replace("127.0.0.1:8000", "127.0.0.1:0", StringComparison.Ordinal)
                    .TrimEnd() + Wait
        );

        Assert.That(output, Does.Match("""^ready \{"http":"127\.0\.0\.1:[0-9]+"\}\n$"""));
    }

    [Test]
    public async Task FirstIdentifier_AsItIsPrinted_IsRegistered()
    {
        var lines = await RunAsync("curl");

        Assert.That(lines, Has.Count.EqualTo(3));
        Assert.That(lines[..2], Has.All.EqualTo("""{"message":"success","status":1,"data":true}"""));
        Assert.That(lines[2], Does.Contain("\"value\":\"BOX-1\""));
    }

    [Test]
    public async Task Faults_AsTheyArePrinted_AreSwitchedOnAndOff()
    {
        var lines = await RunAsync("faults");

        var kinds = Enum.GetValues<FaultKind>();
        Assert.That(lines, Has.Count.EqualTo(kinds.Length + 3));
        for (var i = 0; i < kinds.Length; i++)
        {
            Assert.That(KindsIn(lines[i]), Is.EqualTo(kinds[..(i + 1)]));
        }
        Assert.That(KindsIn(lines[^2]), Is.EqualTo(kinds[..^1]));
        Assert.That(lines[^1], Is.EqualTo("[]"));
    }

    [Test]
    public async Task ActsThatHappenOnce_AsTheyArePrinted_AreDone()
    {
        await TemplateAsync();

        var lines = await RunAsync("once");

        Assert.That(lines, Has.Count.EqualTo(6));
        Assert.That(lines[3], Does.Contain("\"hasSnapshot\":true").And.Contain("\"POST /identity/token 1\":1"));
        Assert.That(lines[4], Does.Contain("\"path\":\"/snms/api/v5/template\""));
        Assert.That(Node.Calls, Is.Empty);
        Assert.That((await CreateAsync("1")).Outcome.Status, Is.EqualTo(-1));
    }

    [Test]
    public void Document_FaultsAndCalls_AreThoseThatThereAre()
    {
        var faults = s_document.Split("## Faults")[1];
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            var name = JsonSerializer.Serialize(kind).Trim('"');
            var row = faults.Split('\n').Single(l => l.StartsWith($"| `{name}`", StringComparison.Ordinal));
            var call = SnmsCalls.All.First(c => c.IsLogIn);
            Assert.That(row.Contains("` · |", StringComparison.Ordinal), Is.EqualTo(!new Fault(kind).IsFor(call)), row);
        }
        var calls = s_document.Split("## Calls")[1].Split("## ")[0] + RepositoryFolder.Read("docs", "snms.md");
        foreach (var call in SnmsCalls.All)
        {
            var v3 = $"`{call.Method} {call.Path.Replace("v5", "v3", StringComparison.Ordinal)}`, `/v5/`";
            Assert.That(calls, Does.Contain($"`{call.Method} {call.Path}`").Or.Contain(v3));
        }
    }

    private async Task<List<string>> RunAsync(string block)
    {
        Programs.Require("curl");
        var output = await DocumentProgram.RunAsync(
            s_document,
            block,
            script => script.Replace("http://127.0.0.1:8000", $"http://{Server.EndPoint}", StringComparison.Ordinal)
        );
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static IEnumerable<FaultKind> KindsIn(string line) =>
        JsonSerializer.Deserialize(line, SimulatorJson.Default.IReadOnlyListFault)!.Select(fault => fault.Kind);
}
