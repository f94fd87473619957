using System.Text.Json;
using System.Text.RegularExpressions;
using IdResolution.Server.Tests.Deployment;
using IdResolution.Server.Tests.Faults;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>
/// Runs the commands of <c>docs/traceability.md</c> as it says, but in one terminal, and on ports that the system
/// chooses.
/// </summary>
[TestFixture]
[Category(Lane.Documents)]
public sealed partial class TraceabilityDocumentTests
{
    private static readonly string s_document = RepositoryFolder.Read("docs", "traceability.md");

    [Test]
    public async Task Recall_AsItIsPrinted_NamesTheVehiclesAndHoldsWhatIsMadeOfTheRoll()
    {
        Programs.Require("curl");

        var said = await RunAsync();

        Assert.That(said["plant"], Does.Match(@"(?m)^registered 4\d{3}, there before 0; events recorded [5-9]\d\d$"));
        Assert.That(said["recall"], Does.StartWith("identifier,template,generation,quantity,unit,via\n"));
        Assert.That(Vehicles().Count(said["recall"]), Is.InRange(2, 8));
        Assert.That(said["call"], Does.StartWith(said["recall"].TrimEnd()), "the call says what the command says");
        Assert.That(said["call"], Does.Contain(",catalyst-lot,"), "the vehicle was made of more than the roll");
        Assert.That(said["call"], Does.Contain("\"allowed\":false").And.Contain("\"AncestorHeld\""));
        Assert.That(said["import"], Does.StartWith("recorded 1, same 0, bad 0"));
        var first = said["first"];
        Assert.That(
            first,
            Does.Contain("\"allowed\":false").And.Contain("\"AncestorHeld\"").And.Not.Contain("traceId")
        );
        var trace = JsonDocument.Parse(first[first.LastIndexOf("{\"root\"", StringComparison.Ordinal)..]).RootElement;
        Assert.That(
            trace.GetProperty("nodes").EnumerateArray().Select(n => n.GetProperty("identifier").GetString()![^7..]),
            Is.EquivalentTo(new[] { "/ROLL-7", "1/MEA-1", "1/MEA-2", "STACK-1" })
        );
    }

    /// <summary>Runs the blocks one after the other, and gives what each said.</summary>
    private static async Task<Dictionary<string, string>> RunAsync()
    {
        string[] blocks = ["plant", "recall", "serve", "call", "import", "first"];
        var script = $$"""
            trap 'kill $node; wait' EXIT
            idnode() { '{{NodeProcess.Executable}}' "$@"; }

            """;
        foreach (var name in blocks)
        {
            var block = Block().Matches(s_document).Single(m => m.Groups[1].Value == name).Groups[2].Value;
            script += name switch
            {
                "serve" =>
                    $$"""
                    '{{NodeProcess.Executable}}' {{block.Trim()[
                        "idnode ".Length..
                    ]}} --http 127.0.0.1:0 --grpc 127.0.0.1:0 \
                      --handle 127.0.0.1:0 > ready 2> log &
                    node=$!
                    until grep -q '^ready' ready; do kill -0 $node; sleep 0.1; done
                    node_at=$(sed -n 's/^ready .*"http":"\([^"]*\)".*/\1/p' ready)

                    """,
                // The key of the block before.
                "first" => block.Replace("KEY=…", "true", StringComparison.Ordinal),
                _ => block,
            };
            script += $"\necho '=== end of {name}'\n";
        }
        script = script.Replace("127.0.0.1:8080", "$node_at", StringComparison.Ordinal);

        var output = await DocumentProgram.RunAsync(
            s_document.Replace("```sh plant\n", "```sh all\n", StringComparison.Ordinal),
            "all",
            _ => script
        );

        // CSV has lines as RFC 4180 wants them.
        output = output.Replace("\r", "", StringComparison.Ordinal);
        var said = new Dictionary<string, string>();
        var at = 0;
        foreach (var name in blocks)
        {
            var end = output.IndexOf($"=== end of {name}\n", StringComparison.Ordinal);
            said[name] = output[at..end].TrimStart('\n');
            at = end + $"=== end of {name}\n".Length;
        }
        return said;
    }

    [GeneratedRegex(@"^```\w+ (\S+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"(?m)^\S+/VEH-\S+,vehicle,6,[0-9.]+,MTR,")]
    private static partial Regex Vehicles();
}
