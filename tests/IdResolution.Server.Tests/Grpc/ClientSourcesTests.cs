using IdResolution.Testing;

namespace IdResolution.Server.Tests.Grpc;

[TestFixture]
public sealed class ClientSourcesTests
{
    [Test]
    public void PackageLock_NamesNoRegistry_SoThatAnyMirrorWill() =>
        Assert.That(
            RepositoryFolder.Read("tests", "IdResolution.Server.Tests", "Grpc", "Clients", "node", "package-lock.json"),
            Does.Not.Contain("://").And.Not.Contain("\"resolved\""),
            "Take the members resolved and funding out again."
        );
}
