using System.Globalization;
using IdResolution.Server.Tests.Deployment;
using IdResolution.Server.Tests.Faults;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Demo;

/// <summary>
/// What the first start of <c>scripts/demo.sh</c> costs: at most twice of what it did when the plant had items and no
/// events. Both are measured here as the processor time of processes of their own, one after the other, so that the
/// machine and what else runs on it are the same for both. A fixed number of seconds would be that of one machine.
/// </summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class DemoCostTests
{
    // The settings of the runtime are those of the script, then and now.
    private const string ItemsAlone = "env DOTNET_TieredPGO=1 $idnode demo --no-events";
    private const string Whole = "env DOTNET_TieredPGO=0 $idnode demo";

    private const int Starts = 3;

    [Test]
    public void FirstStart_TakesAtMostTwiceTheProcessorTimeOfItsItemsAlone()
    {
        Assert.That(RepositoryFolder.Read("scripts", "demo.sh"), Does.Contain("env DOTNET_TieredPGO=0 \"$APP\" demo"));

        // A single start scatters by a tenth and more, so the sums of several in turn are compared.
        var (items, whole) = (0.0, 0.0);
        for (var i = 0; i < Starts; i++)
        {
            items += Cost(ItemsAlone);
            whole += Cost(Whole);
        }

        TestContext.Out.WriteLine($"items alone {items:F1} s, with events {whole:F1} s: {whole / items:F2}");
        Assert.That(whole / items, Is.LessThanOrEqualTo(2));
    }

    /// <summary>The processor time of a first start, in seconds.</summary>
    private static double Cost(string fill)
    {
        using var folder = new TemporaryDirectory();
        var said = Programs.Run(
            "bash",
            "-ec",
            $$"""
            idnode='{{NodeProcess.Executable}}' data='--data {{folder.File("data")}}' TIMEFORMAT='%U %S'
            first() { $idnode init $data --prefix 88.300.15907541011 && {{fill}} $data; }
            { time first >/dev/null 2>&1 </dev/null; } 2>&1
            """
        );
        return said.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Sum(seconds => double.Parse(seconds, CultureInfo.InvariantCulture));
    }
}
