using System.Text.Json;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary>Each verb that takes an identifier says of one that is mistyped what may be meant.</summary>
[TestFixture]
public sealed class MistypedCommandTests : CommandLineFixture
{
    [Test]
    public async Task Mistyped_IsSaidByEveryVerb()
    {
        await InitAsync();
        var file = Write(
            "part.json",
            """
            {"codingRules":[{"code":"part","pattern":"P-{seq:6}{check}"}],
             "templates":[{"code":"part","codingRule":"part","attributes":[]}]}
            """
        );
        await DoAsync("template", "import", file, "--data", Data);
        var made = await DoAsync("register", "--data", Data, "--template", "part");
        var right = JsonDocument.Parse(made).RootElement.GetProperty("identifier").GetString()!;
        var wrong = right[..^7] + right[^7..].Replace('0', 'O');

        foreach (
            var verb in new[]
            {
                "resolve",
                "where",
                "story",
                "trace",
                "life",
                "calibration",
                "fulfilment",
                "label --public-url https://node.example --order",
                "events list --item",
                "business-key add --source mes --key K",
                "scan",
                "erase --all --yes",
            }
        )
        {
            var ran = await RunAsync([.. verb.Split(' '), wrong, "--data", Data]);

            Assert.That(ran.Code, Is.EqualTo(1), verb + ran.Error);
            Assert.That(ran.Error + ran.Output, Does.Contain("mistyped or misread").And.Contain(right), verb);
        }
    }
}
