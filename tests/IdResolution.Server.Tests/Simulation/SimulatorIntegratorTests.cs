using System.Text;
using IdResolution.Server.Tests.Deployment;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Simulation;

/// <summary>The integrator's program that runs against the node runs against the simulator, unchanged.</summary>
[TestFixture]
[Category(Lane.Documents)]
public sealed class SimulatorIntegratorTests : SimulatorFixture
{
    [Test]
    public void Program_WrittenFromTheSheet_Runs()
    {
        Programs.Require("python3");
        var program = RepositoryFolder.PathOf("tests", "IdResolution.Server.Tests", "Snms", "Clients", "integrator.py");

        var (code, output, errors) = Tool.Run(
            TimeSpan.FromMinutes(2),
            Path.GetTempPath(),
            "python3",
            program,
            Server.Address.ToString().TrimEnd('/'),
            Prefix,
            User,
            Password
        );

        var said = Encoding.UTF8.GetString(output);
        Assert.That(code, Is.Zero, said + errors);
        Assert.That(said, Does.EndWith("done\n"));
    }
}
