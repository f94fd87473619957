using IdResolution.Core.Access;
using IdResolution.Core.Analysis;
using IdResolution.Core.Traceability;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Analysis;

/// <summary>
/// What is planted in reduced plants is found, and where nothing is planted nothing is. The row
/// <c>trace-common-accuracy</c> of the benchmarks does the same with a hundred plants of each.
/// </summary>
[TestFixture]
public sealed class CauseAccuracyTests : NodeFixture
{
    [TestCase(PlantedCause.Lot)]
    [TestCase(PlantedCause.MachineInSpan)]
    [TestCase(PlantedCause.Tool)]
    [TestCase(PlantedCause.Person)]
    [TestCase(PlantedCause.Process)]
    [TestCase(PlantedCause.Measurement)]
    public async Task FindAsync_PlantedCause_IsTheFirstFinding(PlantedCause cause)
    {
        var plant = new CausePlant(TestNode.Prefix, 5 + (int)cause, cause);
        var first = (await FindAsync(plant)).Findings[0];

        Assert.Multiple(() =>
        {
            Assert.That(plant.Is(first.Cause) || first.Same.Any(plant.Is), $"{plant.Name} {plant.Range}: {first}");
            Assert.That(first.P, Is.LessThan(1e-6));
            Assert.That(first.Items, Is.Not.Empty);
            Assert.That(first.Path[0], Is.EqualTo(first.Items[0]));
        });
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task FindAsync_NothingPlanted_FindsNothingThatIsLikely(int seed)
    {
        var report = await FindAsync(new CausePlant(TestNode.Prefix, seed, PlantedCause.None));

        Assert.That(report.IsComplete);
        Assert.That(report.Findings.Where(f => f.P < 0.01), Is.Empty);
    }

    private async Task<CommonReport> FindAsync(CausePlant plant)
    {
        foreach (var events in plant.Events().Chunk(500))
        {
            var recorded = await Server
                .Services.GetRequiredService<EventRecorder>()
                .RecordAsync(events, Caller.CommandLine, CancellationToken.None);
            Assert.That(recorded.Where(r => !r.IsOk).Select(r => r.Error!.Message.En), Is.Empty);
        }
        var query = new CommonQuery
        {
            Bad = new ItemChoice { Identifiers = plant.BadStacks },
            Good = new ItemChoice { Identifiers = plant.GoodStacks },
        };
        var found = await Server
            .Services.GetRequiredService<CommonCauses>()
            .FindAsync(query, Caller.CommandLine, CancellationToken.None);
        Assert.That((plant.BadStacks.Count, plant.GoodStacks.Count), Is.EqualTo((60, 600)));
        return found.Value;
    }
}
