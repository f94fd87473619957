using System.Text;
using System.Text.RegularExpressions;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Deployment;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;

namespace IdResolution.Server.Tests;

/// <summary>Runs the first steps of the README as it says, and then the first example of <c>docs/rest.md</c>.</summary>
[TestFixture]
[Category(Lane.Documents)]
public sealed partial class ReadmeTests
{
    [TestCase("README.md")]
    [TestCase("README.zh-CN.md")]
    public async Task FirstSteps_AsTheyArePrinted_AreDone(string file)
    {
        Programs.Require("curl");
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            """{"template":"mea","identifier":"88.300.1/M1","attributes":{"result":"fail"}}"""
        );
        using var folder = new TemporaryDirectory();
        Directory.CreateDirectory(Path.Combine(folder.Path, "artifacts", "demo"));
        var keys = new[] { Role.Admin, Role.Registrar, Role.Reader, Role.Partner }.Select(role =>
            $"{role.ToString().ToLowerInvariant()}={node.KeyOf(role)}\n"
        );
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "artifacts", "demo", "keys"), string.Concat(keys));
        // The log of the demo is longer.
        var script = Steps()
            .Match(RepositoryFolder.Read(file))
            .Groups[1]
            .Value.Replace("http://127.0.0.1:8080", $"http://{node.EndPoint}", StringComparison.Ordinal)
            .Replace("after=4300&wait=10", "after=20&wait=10", StringComparison.Ordinal);

        var (code, output, errors) = Tool.Run(TimeSpan.FromMinutes(2), folder.Path, "sh", "-e", "-c", script);

        var said = Encoding.UTF8.GetString(output);
        Assert.That(code, Is.Zero, errors);
        Assert.That(said, Does.Not.Contain("traceId"), "a call was refused");
        string[] parts =
        [
            "\"sourceKey\":\"R-0815\"",
            "<html lang=\"zh",
            "^XA",
            "\"identifier\":\"88.300.1/M1\"",
            "\"next\":\"",
        ];
        foreach (var part in parts)
        {
            Assert.That(said, Does.Contain(part));
        }
        Assert.That(await File.ReadAllTextAsync(Path.Combine(folder.Path, "qr.svg")), Does.Contain("<svg"));
        // Who goes on with the next document finds nothing in the way.
        var example = Example().Match(RepositoryFolder.Read("docs", "rest.md")).Groups[1].Value;
        var registered = await node.SendAsync(Role.Registrar, "POST", "/api/v1/identifiers", example);
        Assert.That(registered.Status, Is.EqualTo(201), registered.Text);
    }

    [GeneratedRegex(@"^```sh\n(url=.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Steps();

    [GeneratedRegex(
        @"^### `POST /api/v1/identifiers`.*?^```json\n(.*?)^```",
        RegexOptions.Multiline | RegexOptions.Singleline
    )]
    private static partial Regex Example();
}
