using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

[TestFixture]
[Category(Lane.Documents)]
public sealed class SystemdTests
{
    [Test]
    public void Unit_MayBindPortsBelow1024AndNothingMore()
    {
        var unit = RepositoryFolder.Read("deploy", "systemd", "idnode.service").Split('\n');
        Assert.That(
            unit.Where(l => l.Contains("Capabilit", StringComparison.Ordinal)),
            Is.EquivalentTo(
                new[] { "CapabilityBoundingSet=CAP_NET_BIND_SERVICE", "AmbientCapabilities=CAP_NET_BIND_SERVICE" }
            )
        );
        Assert.That(unit, Does.Contain("UMask=0077").And.Contain("StateDirectoryMode=0700").And.Contain("User=idnode"));
    }

    [Test]
    public void Unit_BelievesTheProxyThatItListensFor()
    {
        var unit = RepositoryFolder.Read("deploy", "systemd", "idnode.service").Split('\n');
        foreach (var setting in new[] { "Http=127.0.0.1:8080", "Grpc=127.0.0.1:8081" })
        {
            Assert.That(unit, Does.Contain($"Environment=IDR__{setting}"));
        }
        Assert.That(unit, Does.Contain("Environment=IDR__ForwardedHeaders__Proxies=127.0.0.1"));
    }

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
