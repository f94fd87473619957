using System.Text.Json;
using System.Xml.Linq;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

/// <summary>The bill of materials that <c>scripts/sbom.py</c> makes.</summary>
[TestFixture]
internal sealed class BillOfMaterialsTests
{
    [Test]
    public void Components_AreThePackagesOfTheProgramAndWhatTheyBring()
    {
        Programs.Require("python3");
        var (code, output, errors) = Tool.Run("python3", RepositoryFolder.PathOf("scripts", "sbom.py"));
        Assert.That(code, Is.Zero, errors);
        using var bom = JsonDocument.Parse(output);
        var components = bom.RootElement.GetProperty("components").EnumerateArray().ToList();
        var names = components.Select(component => component.GetProperty("bom-ref").GetString()!).ToList();

        var versions = XDocument
            .Load(RepositoryFolder.PathOf("Directory.Packages.props"))
            .Descendants("PackageVersion")
            .ToDictionary(version => version.Attribute("Include")!.Value, v => v.Attribute("Version")!.Value);
        var asked = Directory
            .EnumerateFiles(RepositoryFolder.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(project => XDocument.Load(project).Descendants("PackageReference"))
            .Select(reference => reference.Attribute("Include")!.Value)
            .Select(name => $"pkg:nuget/{name}@{versions[name].Trim('[', ']')}")
            .Distinct();
        Assert.That(names, Is.SupersetOf(asked).And.Unique);
        Assert.That(names, Has.Some.StartsWith("pkg:nuget/SourceGear.sqlite3@").Or.Some.Contain("sqlite3"), "native");
        Assert.That(
            components.Select(c => c.GetProperty("hashes")[0].GetProperty("content").GetString()!.Length),
            Is.All.EqualTo(128)
        );
        Assert.That(components.Count(c => c.TryGetProperty("licenses", out _)), Is.EqualTo(components.Count));
        var needed = bom
            .RootElement.GetProperty("dependencies")
            .EnumerateArray()
            .SelectMany(one => one.GetProperty("dependsOn").EnumerateArray())
            .Select(one => one.GetString()!)
            .ToHashSet();
        Assert.That(needed, Is.EquivalentTo(names), "each is there because another, or the program, needs it");
    }
}
