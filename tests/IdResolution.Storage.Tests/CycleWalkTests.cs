using IdResolution.Core.Events;
using IdResolution.Storage.Sql;
using static IdResolution.Testing.EventWrites;

namespace IdResolution.Storage.Tests;

public sealed class CycleWalkTests
{
    [TestCase(CycleWalk.MostItems - 1, null)]
    [TestCase(CycleWalk.MostItems + 1, EventOutcome.TooDeep)]
    public void Refuse_AtTheBound_TakesNothingUnchecked(int depth, EventOutcome? expected)
    {
        var graph = new PartGraph();
        for (var item = 1; item < depth; item++)
        {
            graph.AddParent(item, item + 1, new PartTime(0, item));
        }
        var write = Event(
            "e1",
            EventType.Assemble,
            1,
            Member(MemberRole.Parent, "88.1/A"),
            Member(MemberRole.Child, "88.1/B")
        );

        var refused = new CycleWalk(graph).Refuse(write, [1, long.MaxValue], [], static _ => []);

        Assert.That(refused?.Outcome, Is.EqualTo(expected));
    }

    [Test]
    public void Refuse_MoreThatComesBackThanIsWalkedFrom_TakesNothingUnchecked()
    {
        var freed = Enumerable.Range(1, CycleWalk.MostItems + 1).Select(static item => ((long)item, 0L)).ToList();
        var write = Correction("e1", 1, 7);

        var refused = new CycleWalk(new PartGraph()).Refuse(write, [], freed, static _ => []);

        Assert.That(refused?.Outcome, Is.EqualTo(EventOutcome.TooDeep));
    }

    [Test]
    public void Refuse_WhatWasNotRead_TakesNothingUnchecked()
    {
        var graph = new PartGraph();
        graph.AddParent(1, 2, new PartTime(0, 1));
        graph.LeaveOut([2]);
        var write = Event(
            "e1",
            EventType.Assemble,
            1,
            Member(MemberRole.Parent, "88.1/A"),
            Member(MemberRole.Child, "88.1/B")
        );

        var refused = new CycleWalk(graph).Refuse(write, [1, 3], [], static _ => []);

        Assert.That(refused?.Outcome, Is.EqualTo(EventOutcome.TooDeep));
    }
}
