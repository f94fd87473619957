using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

[TestFixture]
[Category(Lane.Documents)]
public sealed class SystemdTests
{
    [Test]
    public void Unit_ItsOwnProgram_FindsNothingWrong()
    {
        Programs.Require("systemd-analyze");
        using var folder = new TemporaryDirectory();
        var unit = folder.File("idnode.service");
        // It looks for the executable too.
        File.WriteAllText(
            unit,
            RepositoryFolder
                .Read("deploy", "systemd", "idnode.service")
                .Replace("/opt/idnode/idnode", "/bin/true", StringComparison.Ordinal)
        );

        var (code, _, errors) = Tool.Run("systemd-analyze", "verify", "--man=no", unit);

        Assert.That(
            (code, errors.Split('\n').Where(l => l.Contains("idnode", StringComparison.Ordinal))),
            Is.EqualTo((0, Array.Empty<string>()))
        );
    }
}
