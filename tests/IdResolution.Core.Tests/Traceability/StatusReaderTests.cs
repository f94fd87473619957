using IdResolution.Core.Events;
using IdResolution.Core.Traceability;
using IdResolution.Testing;
using static IdResolution.Core.Tests.Traceability.Member;
using static IdResolution.Core.Tests.Traceability.TraceFixture;

namespace IdResolution.Core.Tests.Traceability;

/// <summary>Status and trace say the same of what an item is in.</summary>
[TestFixture]
public sealed class StatusReaderTests
{
    private TraceFixture _fixture = null!;

    private GraphStore Graph => _fixture.Graph;

    [SetUp]
    public async Task CreateAsync() => _fixture = await TraceFixture.CreateAsync();

    [TearDown]
    public void Dispose() => _fixture.Dispose();

    [Test]
    public async Task ReadAsync_ParentTakenApartWithoutNamingItsChildren_IsInNothing()
    {
        Graph.Add(EventType.Assemble, 1, Parent($"{P}/A"), Child($"{P}/C"));
        Graph.Add(EventType.Disassemble, 2, RemovedFrom($"{P}/A"));

        Assert.That(await ParentAsync($"{P}/C"), Is.Null);
    }

    [Test]
    public async Task ReadAsync_TakenOutOfAnotherParent_IsStillInItsOwn()
    {
        Graph.Add(EventType.Assemble, 1, Parent($"{P}/A"), Child($"{P}/C"));
        Graph.Add(EventType.Disassemble, 2, RemovedFrom($"{P}/B"), Removed($"{P}/C"));

        Assert.That(await ParentAsync($"{P}/C"), Is.EqualTo($"{P}/A"));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public async Task ReadAsync_RandomAssembliesAndRemovals_ParentIsTheNewestOfATrace(int seed)
    {
        var random = new Random(seed);
        string Child() => $"{P}/C{random.Next(3)}";
        string Parent() => $"{P}/P{random.Next(3)}";
        for (var i = 0; i < 60; i++)
        {
            var time = random.Next(20);
            var added = random.Next(6) switch
            {
                0 => Graph.Add(EventType.Disassemble, time, RemovedFrom(Parent()), Removed(Child())),
                1 => Graph.Add(EventType.Disassemble, time, RemovedFrom(Parent())),
                2 => Graph.Add(EventType.Disassemble, time, Removed(Child())),
                3 => Graph.Add(
                    EventType.Replace,
                    time,
                    Member.Parent(Parent()),
                    Removed(Child()),
                    Member.Child(Child())
                ),
                _ => Graph.Add(EventType.Assemble, time, Member.Parent(Parent()), Member.Child(Child())),
            };
            if (random.Next(6) == 0)
            {
                Graph.Void(added);
            }
            for (var child = 0; child < 3; child++)
            {
                var item = $"{P}/C{child}";
                Graph.Item(item);
                Assert.That(await ParentAsync(item), Is.EqualTo(await TracedAsync(item)), $"{item} after {i}");
            }
        }
    }

    private async Task<string?> ParentAsync(string item)
    {
        return CoreFixture.Ok(await _fixture.Status().ReadAsync(Id(item), Reader, CancellationToken.None)).Parent;
    }

    /// <summary>The parent that a trace shows; the one that it was put into last if there are two.</summary>
    private async Task<string?> TracedAsync(string item)
    {
        var query = From(item, TraceDirection.Forward) with { Kinds = LinkKinds.Contains, At = 1_000 };
        var walked = await _fixture.WalkAsync(query);
        return walked
            .Links.Where(l => l.To.Spelling == item)
            .OrderBy(l => (l.Link.Time, l.Link.Event))
            .Select(l => l.From.Spelling)
            .LastOrDefault();
    }
}
