using System.Xml.Linq;
using IdResolution.Testing;

namespace IdResolution.Server.Tests;

/// <summary>Which versions of packages are built with, and that their advisories are looked up.</summary>
[TestFixture]
public sealed class PackageVersionTests
{
    [Test]
    public void Versions_AreExact()
    {
        var versions = XDocument
            .Load(RepositoryFolder.PathOf("Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Select(package => package.Attribute("Version")?.Value)
            .ToList();

        Assert.That(versions, Has.Count.GreaterThan(20).And.All.Match(@"^\d+(\.\d+)+$"));
    }

    [Test]
    public void Audit_IsOnForPackagesOfAllLevels()
    {
        var build = XDocument.Load(RepositoryFolder.PathOf("Directory.Build.props"));
        string ValueOf(string name) => build.Descendants(name).Single().Value;

        Assert.That((ValueOf("NuGetAudit"), ValueOf("NuGetAuditMode")), Is.EqualTo(("true", "all")));
        // A feed that has no advisories, or does not answer, ends no build.
        Assert.That(ValueOf("WarningsNotAsErrors").Split(';'), Does.Contain("NU1900"));
    }
}
