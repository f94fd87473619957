using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Server.Http;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Deployment;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Snms;

/// <summary>
/// Runs a program that was written from the protocol's sheet alone, in another language: it must not notice whose node
/// it talks to.
/// </summary>
[TestFixture]
[Category(Lane.Documents)]
public sealed class IntegratorTests
{
    private const string User = "line-7";
    private const string Password = "Node#2024-line-7";

    private static readonly string s_program = RepositoryFolder.PathOf(
        "tests",
        "IdResolution.Server.Tests",
        "Snms",
        "Clients",
        "integrator.py"
    );

    [TestCase(true)]
    [TestCase(false)]
    public async Task Program_WrittenFromTheSheet_Runs(bool ownPort)
    {
        Programs.Require("python3");
        await using var node = await TestNode.StartAsync(options => options.Snms.Http = "127.0.0.1:0");
        var identity = new NewKey(Role.Registrar, User, Secret: Password);
        Assert.That((await node.Node.Keys.CreateAsync(identity, Caller.Node, CancellationToken.None)).IsOk);
        var addresses = node.Services.GetRequiredService<BoundAddresses>();

        var (code, output, errors) = Tool.Run(
            TimeSpan.FromMinutes(2),
            Path.GetTempPath(),
            "python3",
            s_program,
            $"http://{(ownPort ? addresses.Find(Listener.Snms) : addresses.Http)}",
            TestNode.Prefix,
            User,
            Password
        );

        var said = Encoding.UTF8.GetString(output);
        Assert.That(code, Is.Zero, said + errors);
        Assert.That(said, Does.EndWith("done\n"));
    }
}
