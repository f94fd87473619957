using System.Globalization;
using System.Text.RegularExpressions;
using IdResolution.Core.Errors;
using IdResolution.Server.Hosting;
using IdResolution.Server.Http;
using IdResolution.Server.Options;
using IdResolution.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;

namespace IdResolution.Server.Tests;

/// <summary>
/// Holds <c>docs/rest.md</c> to the calls and errors there are, and the tables of settings to the settings there are.
/// </summary>
[TestFixture]
public sealed partial class RestDocumentTests
{
    private static readonly string s_document = RepositoryFolder.Read("docs", "rest.md");

    [Test]
    public void Security_AuditedActions_AreInItsChapterOnTheAudit()
    {
        var text = RepositoryFolder.Read("docs", "security.md");
        var chapter = text[text.IndexOf("\n## Audit\n", StringComparison.Ordinal)..];
        chapter = chapter[..chapter.IndexOf("\n## ", 5, StringComparison.Ordinal)];
        var actions = Directory
            .EnumerateFiles(RepositoryFolder.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => AuditedAction().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .ToList();

        Assert.That(actions, Has.Count.GreaterThan(6));
        Assert.That(actions.Where(action => !chapter.Contains($"`{action}`", StringComparison.Ordinal)), Is.Empty);
    }

    [GeneratedRegex("""The audited action[^\n]*\n\s*public const string \w+ = "([^"]+)";""")]
    private static partial Regex AuditedAction();

    [Test]
    public async Task Document_Calls_AreThoseOfTheNode()
    {
        var folder = Directory.CreateTempSubdirectory("idnode-docs-");
        try
        {
            using var opened = await OpenedNode.OpenAsync(
                new NodeOptions { Data = folder.FullName, Prefixes = ["88.300.1"] },
                create: true,
                TimeProvider.System
            );
            await using var app = NodeHost.Build(opened, new ConfigurationBuilder().Build());

            var documented = Heading()
                .Matches(s_document)
                .SelectMany(m => Call().Matches(m.Value))
                .Select(m => m.Value.Trim('`'))
                .Where(IsApi);

            Assert.That(documented, Is.EquivalentTo(Calls(app).Where(IsApi)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void Document_TableOfErrors_HasEachCodeWithItsStatus() =>
        Assert.Multiple(() =>
        {
            var rows = s_document
                .Split('\n')
                .Select(l => l.Split('|'))
                .Where(c => c.Length == 5 && c[1].Contains('`', StringComparison.Ordinal))
                .ToLookup(c => c[1].Trim(' ', '`'), c => c[2]);
            foreach (var code in Enum.GetValues<ErrorCode>())
            {
                int[] statuses = [ErrorMap.HttpStatus(code, writing: true), ErrorMap.HttpStatus(code, writing: false)];
                var told = rows[code.ToString()]
                    .SelectMany(cell =>
                        Number().Matches(cell).Select(m => int.Parse(m.Value, CultureInfo.InvariantCulture))
                    );
                Assert.That(told, Is.EquivalentTo(statuses.Distinct()), code.ToString());
            }
        });

    [TestCase("configuration.md")]
    [TestCase("configuration.zh-CN.md")]
    public void Document_TableOfSettings_HasEachWithItsEnvironmentName(string file)
    {
        var text = RepositoryFolder.Read("docs", file);
        var documented = Setting().Matches(text).Select(m => m.Groups[1].Value).Distinct();
        Assert.That(documented, Is.EquivalentTo(Settings(typeof(NodeOptions), "")));
    }

    private static IEnumerable<string> Calls(WebApplication app) =>
        from endpoint in ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        where method != "HEAD"
        select $"{method} {endpoint.RoutePattern.RawText!.Replace("{**", "{", StringComparison.Ordinal)}";

    private static bool IsApi(string call) => call.Contains(" /api/", StringComparison.Ordinal);

    internal static IEnumerable<string> Settings(Type options, string before) =>
        options
            .GetProperties()
            .SelectMany(p =>
                p.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal)
                    ? Settings(p.PropertyType, $"{before}{p.Name}__")
                    : [$"IDR__{before}{p.Name}"]
            );

    [GeneratedRegex("^### .*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("`(GET|POST|PATCH|PUT|DELETE) [^`]+`")]
    private static partial Regex Call();

    [GeneratedRegex("[0-9]{3}")]
    private static partial Regex Number();

    [GeneratedRegex("^\\|.*`(IDR__[A-Za-z_]+)`.*\\|\\s*$", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
