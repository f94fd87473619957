using System.Text.RegularExpressions;
using IdResolution.Core.Coherence;
using IdResolution.Server.Tests.Deployment;
using IdResolution.Server.Tests.Faults;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Snms;

/// <summary>
/// Runs the first steps of <c>docs/snms.md</c> as it says, and holds its table of calls to those there are.
/// </summary>
[TestFixture]
[Category(Lane.Documents)]
public sealed partial class SnmsDocumentTests : NodeFixture
{
    private static readonly string s_document = RepositoryFolder.Read("docs", "snms.md");

    [Test]
    public async Task FirstSteps_AsTheyArePrinted_AreDone()
    {
        Programs.Require("curl");
        await DocumentProgram.RunAsync(
            s_document,
            "identity",
            script =>
                script
                    .Replace("idnode ", $"'{NodeProcess.Executable}' ", StringComparison.Ordinal)
                    .Replace("./data", Server.Node.Options.Data, StringComparison.Ordinal)
        );
        await Server.Services.GetRequiredService<LogFollower>().CatchUpAsync(CancellationToken.None);

        var output = await DocumentProgram.RunAsync(
            s_document,
            "curl",
            script => script.Replace("http://127.0.0.1:8080", $"http://{Server.EndPoint}", StringComparison.Ordinal)
        );

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(4), output);
        Assert.That(lines[..2], Has.All.EqualTo("""{"message":"success","status":1,"data":true}"""));
        Assert.That(lines[2], Does.Contain("\"templateVersion\":\"BOX-2025\""));
        Assert.That(lines[3], Does.Contain("\"boxCode\":\"BOX-000001\""));
    }

    [Test]
    public void Document_TestsOfItsRows_AreThere()
    {
        var classes = typeof(SnmsDocumentTests).Assembly.GetTypes().ToLookup(type => type.Name);
        var named = Test().Matches(s_document).Select(m => (Class: m.Groups[1].Value, Method: m.Groups[2].Value));

        Assert.That(named.Count(), Is.GreaterThan(40));
        Assert.That(
            named.Where(test => !classes[test.Class].Any(type => type.GetMethod(test.Method) is not null)),
            Is.Empty
        );
    }

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex Test();

    [Test]
    public void Document_Calls_AreThoseOfTheNode()
    {
        var served = Server
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<Http.CallName>()?.FrontEnd == "snms")
            .Select(e => $"{e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]} {e.RoutePattern.RawText}");
        var table = s_document.Split("\n## Calls")[1].Split("\n## ")[0];

        Assert.That(
            served.Where(call =>
                !table.Contains($"`{call}`", StringComparison.Ordinal)
                // Of both versions, one line.
                && !table.Contains(
                    $"`{call.Replace("v5", "v3", StringComparison.Ordinal)}`, `/v5/`",
                    StringComparison.Ordinal
                )
            ),
            Is.Empty
        );
    }
}
