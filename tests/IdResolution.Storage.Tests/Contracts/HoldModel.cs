using IdResolution.Core.Events;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What is held, computed the plain way from all events that were written.</summary>
internal sealed class HoldModel
{
    private readonly List<Written> _events = [];

    public IEnumerable<long> Holds => _events.Where(e => e.Write.Hold is not null).Select(e => e.Object);

    public IEnumerable<long> Voidable => _events.Where(e => !e.IsVoid).Select(e => e.Object);

    public void Add(EventWrite write, EventWriteResult result)
    {
        Assert.That(result.Outcome, Is.EqualTo(EventOutcome.Created));
        var corrected = _events.FindIndex(e => e.Object == write.Voids);
        if (corrected >= 0)
        {
            _events[corrected] = _events[corrected] with { IsVoid = true };
        }
        _events.Add(new Written(result.Object, write, IsVoid: false));
    }

    /// <summary>The holds on an item, and whether they name it.</summary>
    public IEnumerable<(long, bool)> Of(ItemKey item)
    {
        for (var at = 0; at < _events.Count; at++)
        {
            var hold = _events[at];
            if (hold.Write.Hold is null || hold.IsVoid)
            {
                continue;
            }
            var own = hold.Items(MemberRole.Item).Where(i => !IsReleased(at, i)).ToHashSet();
            if (own.Contains(item))
            {
                yield return (hold.Object, true);
            }
            else if (hold.Write.Hold == HoldScope.MadeFrom && MadeFrom(own).Contains(item))
            {
                yield return (hold.Object, false);
            }
        }
    }

    private bool IsReleased(int at, ItemKey item)
    {
        var hold = _events[at];
        return _events
            .Where(
                (e, i) =>
                    e is { IsVoid: false, Write.Type: EventType.Release }
                    && (e.Write.Time, i).CompareTo((hold.Write.Time, at)) > 0
            )
            .Any(e => e.Write.Ends?.Any(Meant(hold).Contains) ?? e.Items(MemberRole.Item).Contains(item));
    }

    /// <summary>A hold, and those that it corrects.</summary>
    private List<long> Meant(Written hold)
    {
        var meant = new List<long>();
        for (var one = hold; one is not null; one = _events.Find(e => e.Object == one!.Write.Voids))
        {
            meant.Add(one.Object);
        }
        return meant;
    }

    private HashSet<ItemKey> MadeFrom(HashSet<ItemKey> items)
    {
        var made = new HashSet<ItemKey>(items);
        for (var before = -1; before < made.Count; )
        {
            before = made.Count;
            foreach (var used in _events.Where(e => !e.IsVoid && e.Items(MemberRole.Input).Any(made.Contains)))
            {
                made.UnionWith(used.Items(MemberRole.Output));
            }
        }
        return made;
    }

    private sealed record Written(long Object, EventWrite Write, bool IsVoid)
    {
        public IEnumerable<ItemKey> Items(MemberRole role) =>
            Write.Members.Where(m => m.Role == role).Select(m => m.Item);
    }
}
