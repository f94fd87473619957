using System.Text.RegularExpressions;
using IdResolution.Server.Tests.Faults;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Handle.Http;

/// <summary>
/// Runs the commands of <c>docs/handle-http.md</c> as it says, against a node started by its command.
/// </summary>
[TestFixture]
[Category(Lane.Documents)]
public sealed partial class HandleHttpDocumentTests
{
    [Test]
    public async Task Shell_Commands_Run()
    {
        var document = RepositoryFolder.Read("docs", "handle-http.md");
        var serve = Serve().Match(document).Value;
        using var data = new TemporaryDirectory();
        using var node = await NodeProcess.StartAsDocumentedAsync(serve, data.Path);
        (string, string)[] variables = [("KEY", node.Key!), ("SECRET", "a long secret")];
        string Adapt(string script) =>
            script
                .Replace(serve, "", StringComparison.Ordinal)
                .Replace(
                    "http://127.0.0.1:8080",
                    node.Http.BaseAddress!.ToString().TrimEnd('/'),
                    StringComparison.Ordinal
                );

        var registered = await DocumentProgram.RunAsync(document, "start", Adapt, variables);
        var output = await DocumentProgram.RunAsync(document, "session", Adapt, variables);

        Assert.That(registered, Does.Contain("\"identifier\":\"88.300.1/ADMIN\""));
        // Some clients resolve the handle of who logs in first.
        using var shown = await node.Http.GetAsync(new Uri("/api/handles/88.300.1/ADMIN", UriKind.Relative));
        Assert.That(await shown.Content.ReadAsStringAsync(), Does.Contain("\"values\":[{\"index\":1,"));
        var answers = Between().Split(output);
        Assert.That(answers[0], Does.Contain("\"authenticated\":true"), output);
        Assert.That(answers, Has.Length.EqualTo(7), output);
        Assert.That(answers[1..], Has.All.Contains("\"responseCode\":1,"), output);
        Assert.That(
            answers[4],
            Does.Contain("\"totalCount\":\"3\"").And.Contain("88.300.1/ITEM-1"),
            "the administrator, the item and the one that was minted"
        );
    }

    [GeneratedRegex("^idnode serve .*$", RegexOptions.Multiline)]
    private static partial Regex Serve();

    [GeneratedRegex("(?<=})\\s*(?={)")]
    private static partial Regex Between();
}
