using System.Text.RegularExpressions;
using IdResolution.Server.Options;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

/// <summary>Holds the deployment files to the settings that the node has.</summary>
[TestFixture]
public sealed partial class SettingTests
{
    private static readonly string[] s_settings = [.. RestDocumentTests.Settings(typeof(NodeOptions), "")];

    // ASP.NET Core's own.
    private static readonly string[] s_foreign = ["IDR__Logging__", "IDR__Kestrel__"];

    private static IEnumerable<string> Files() =>
        Directory
            .EnumerateFiles(RepositoryFolder.PathOf("deploy"), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(RepositoryFolder.Root, file))
            .Concat([
                "docker-compose.yml",
                "Dockerfile",
                Path.Combine("docs", "deployment.md"),
                Path.Combine("docs", "operations.md"),
            ])
            .Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Files))]
    public void File_SettingsInIt_AreTheNodes(string file)
    {
        var text = RepositoryFolder.Read(file);
        var named = Variable()
            .Matches(text)
            .Select(m => m.Value)
            .Concat(
                Name()
                    .Matches(text)
                    .Where(m => file.EndsWith(".md", StringComparison.Ordinal))
                    .Select(m => $"IDR__{m.Groups[1].Value.Replace(":", "__", StringComparison.Ordinal)}")
            )
            .Where(name => !s_foreign.Any(f => name.StartsWith(f, StringComparison.Ordinal)));

        Assert.That(named.Distinct().Except(s_settings), Is.Empty);
    }

    [TestCase("docker-compose.yml")]
    [TestCase("deploy/compose/single.yml")]
    [TestCase("deploy/kubernetes/settings.env")]
    [TestCase("deploy/systemd/idnode.env")]
    public void Deployment_SettingsThatAreRequired_StandInIt(string file) =>
        Assert.That(
            RepositoryFolder.Read(file),
            Does.Contain("IDR__Prefixes").And.Contain("IDR__PublicUrl").And.Contain("IDR__Site__Address")
        );

    [GeneratedRegex("IDR__[A-Za-z]+(__[A-Za-z]+)*")]
    private static partial Regex Variable();

    [GeneratedRegex("`([A-Z][A-Za-z]+(?::[A-Z][A-Za-z]+)+)`")]
    private static partial Regex Name();
}
