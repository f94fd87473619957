using FsCheck;
using FsCheck.Fluent;
using IdResolution.Core.Access;
using IdResolution.Core.Events;
using IdResolution.Core.Traceability;

namespace IdResolution.Core.Tests.Traceability;

/// <summary>A walk finds what plain recursion over the events finds, however it is cut.</summary>
[TestFixture]
public sealed class TraceModelTests
{
    private const string Own = TraceFixture.P;
    private const string Other = "88.300.2";

    private static readonly EventType[] s_types =
    [
        EventType.Transform,
        EventType.Assemble,
        EventType.Assemble,
        EventType.Disassemble,
        EventType.Replace,
        EventType.Cover,
        EventType.Ship,
    ];

    private static readonly Gen<Plan> s_plans =
        from items in Gen.Choose(2, 9)
        from events in EventOf(items).ArrayOf()
        from direction in Gen.Elements(TraceDirection.Backward, TraceDirection.Forward, TraceDirection.Both)
        from at in Gen.Frequency((2, Gen.Constant<long?>(null)), (1, Gen.Choose(0, 12).Select(t => (long?)t)))
        from since in Gen.Frequency((3, Gen.Constant<long?>(null)), (1, Gen.Choose(0, 12).Select(t => (long?)t)))
        from bound in Gen.Elements(false, true)
        from template in Gen.Frequency((3, Gen.Constant<string?>(null)), (1, Gen.Constant<string?>("odd")))
        from budget in Gen.Choose(1, 5)
        from page in Gen.Choose(1, 4)
        from number in Gen.Choose(1, 20)
        from voided in Gen.Choose(0, 30)
        select new Plan(events, direction, at, since, bound, template, budget, page, number, voided);

    private TraceFixture _node = null!;

    [OneTimeSetUp]
    public async Task BeginAsync() => _node = await TraceFixture.CreateAsync();

    [OneTimeTearDown]
    public void End() => _node.Dispose();

    [Test]
    public void Walk_AnyGraph_FindsWhatRecursionFinds() =>
        Properties.ForAll(
            s_plans,
            plan =>
            {
                var (graph, query, caller) = plan.Make();
                var model = new Model(graph, query, caller);

                var walked = _node.WalkAsync(query with { Budget = TraceQuery.MaxBudget }, caller, graph).Result;

                Assert.Multiple(() =>
                {
                    Assert.That(walked.End.IsComplete, Is.True);
                    Assert.That(walked.ShownNodes, Is.EquivalentTo(model.Nodes));
                    Assert.That(walked.ShownLinks, Is.EquivalentTo(model.Links));
                });
            }
        );

    [Test]
    public void Walk_CutByBudgets_GivesInAllTheSameInTheSameOrder() =>
        Properties.ForAll(
            s_plans,
            plan =>
            {
                var (graph, query, caller) = plan.Make();

                var whole = _node.WalkAsync(query with { Budget = TraceQuery.MaxBudget }, caller, graph).Result;
                var cut = _node.WalkAllAsync(query with { Budget = plan.Budget }, caller, graph).Result;

                Assert.Multiple(() =>
                {
                    Assert.That(cut.Nodes, Is.EqualTo(whole.Nodes));
                    Assert.That(cut.Links, Is.EqualTo(whole.Links));
                    Assert.That(
                        cut.Walks,
                        Is.EqualTo(Math.Max(1, (int)Math.Ceiling(Found(whole) / (double)plan.Budget)))
                    );
                });
            }
        );

    private static int Found(TraceFixture.Walked walked) =>
        walked.Nodes.Select(node => node.Item.Number).Distinct().Count();

    private static Gen<Plan.Happening> EventOf(int items) =>
        from type in Gen.Elements(s_types)
        from time in Gen.Choose(0, 10)
        from left in Gen.Choose(0, items - 1).ArrayOf(2)
        from right in Gen.Choose(0, items - 1).ArrayOf(3)
        from counts in Gen.Choose(0, 3).ArrayOf(2)
        select new Plan.Happening(type, time, left[..Math.Min(counts[0], 2)], right[..counts[1]]);

    /// <summary>A graph and a question about its first item.</summary>
    internal sealed record Plan(
        Plan.Happening[] Events,
        TraceDirection Direction,
        long? At,
        long? From,
        bool IsBound,
        string? Template,
        int Budget,
        int Page,
        int Number,
        int Voided
    )
    {
        public (GraphStore Graph, TraceQuery Query, Caller Caller) Make()
        {
            var graph = new GraphStore { PageLimit = Page };
            for (var item = 0; item < 10; item++)
            {
                graph.Item(Name(item), item % 2 == 0 ? "even" : "odd");
            }
            foreach (var happening in Events)
            {
                graph.Add(happening.Type, happening.Time, [.. happening.Members()]);
            }
            if (Voided < Events.Length)
            {
                graph.Void(graph.Events[Voided]);
            }
            graph.Add(EventType.Observe, 0);
            var query = TraceFixture.From(Name(0), Direction) with
            {
                At = At,
                From = From,
                To = From + 4,
                Templates = Template is null ? [] : [Template],
                Number = Math.Min(Number, graph.Events.Count),
            };
            return (graph, query, IsBound ? TraceFixture.BoundTo(Own) : TraceFixture.Reader);
        }

        public static string Name(int item) => item % 4 == 3 ? $"{Other}/{item}" : $"{Own}/{item}";

        internal sealed record Happening(EventType Type, int Time, int[] Left, int[] Right)
        {
            public IEnumerable<Member> Members() =>
                Type switch
                {
                    EventType.Transform => Of(MemberRole.Output, Left).Concat(Of(MemberRole.Input, Right)),
                    EventType.Assemble => Of(MemberRole.Parent, One()).Concat(Of(MemberRole.Child, Right)),
                    EventType.Disassemble => Of(MemberRole.RemovedFrom, One()).Concat(Of(MemberRole.Removed, Right)),
                    EventType.Replace => Of(MemberRole.Parent, One())
                        .Concat(Of(MemberRole.Child, Right[..Math.Min(1, Right.Length)]))
                        .Concat(Of(MemberRole.Removed, Right.Length > 1 ? Right[1..2] : [])),
                    _ => Of(MemberRole.Covering, One()).Concat(Of(MemberRole.Covered, Right)),
                };

            private int[] One() => Left.Length > 0 ? Left[..1] : [];

            private static IEnumerable<Member> Of(MemberRole role, int[] items) =>
                items.Select(item => new Member(role, Name(item)));
        }
    }

    /// <summary>The answer by plain recursion over all pairs of members.</summary>
    private sealed class Model
    {
        private readonly List<Pair> _pairs = [];
        private readonly TraceQuery _query;
        private readonly Dictionary<string, int> _depths = [];
        private readonly HashSet<string> _shown = [];

        public Model(GraphStore graph, TraceQuery query, Caller caller)
        {
            _query = query;
            var counted = graph.Events.Where(entry => entry.CountsAt(query.Number!.Value)).ToList();
            bool Sees(string item) => caller.Prefix is null || item.StartsWith(Own + "/", StringComparison.Ordinal);
            foreach (var entry in counted)
            {
                for (var left = 0; left < entry.Members.Count; left++)
                {
                    for (var right = 0; right < entry.Members.Count; right++)
                    {
                        var (from, to) = (entry.Members[left], entry.Members[right]);
                        var kind = entry.Kind(from.Role, to.Role);
                        if (
                            (kind & query.Kinds) != 0
                            && Sees(from.Item)
                            && Sees(to.Item)
                            && (query.At is null || Holds(counted, entry, kind, from.Item, to.Item))
                        )
                        {
                            _pairs.Add(
                                new(
                                    from.Item,
                                    to.Item,
                                    $"{EventNames.Of(kind)} {to.Item} {entry.Number} {left}-{right}",
                                    entry.Time
                                )
                            );
                        }
                    }
                }
            }
            var root = query.Root.Text;
            _depths.Add(root, 0);
            _shown.Add(root);
            if (query.Direction != TraceDirection.Forward)
            {
                Go(root, backward: true);
            }
            if (query.Direction != TraceDirection.Backward)
            {
                Go(root, backward: false);
            }
        }

        public IEnumerable<string> Nodes => _shown.Where(ShowsItem).Select(item => $"{_depths[item]} {item}");

        public HashSet<string> Links { get; } = [];

        private bool ShowsItem(string item) =>
            item == _query.Root.Text || _query.Templates.Count == 0 || (item[^1] - '0') % 2 == 1;

        private bool ShowsTime(long time) => (_query.From ?? time) <= time && time < (_query.To ?? time + 1);

        private void Go(string root, bool backward)
        {
            var depths = new Dictionary<string, int>();
            void Visit(string item, int depth)
            {
                if (depths.TryGetValue(item, out var known) && known <= depth)
                {
                    return;
                }
                depths[item] = depth;
                foreach (var pair in _pairs.Where(pair => (backward ? pair.From : pair.To) == item))
                {
                    Visit(backward ? pair.To : pair.From, depth + 1);
                }
            }
            Visit(root, 0);
            foreach (var (item, depth) in depths)
            {
                _depths.TryAdd(item, backward && _query.Direction == TraceDirection.Both ? -depth : depth);
            }
            foreach (var pair in _pairs.Where(pair => depths.ContainsKey(backward ? pair.From : pair.To)))
            {
                if (ShowsTime(pair.Time))
                {
                    _shown.Add(backward ? pair.To : pair.From);
                    if (ShowsItem(pair.From) && ShowsItem(pair.To))
                    {
                        Links.Add($"{pair.From} {pair.Text}");
                    }
                }
            }
        }

        private bool Holds(
            List<GraphStore.Entry> counted,
            GraphStore.Entry made,
            LinkKinds kind,
            string parent,
            string child
        )
        {
            bool Ends(GraphStore.Entry entry)
            {
                var removed = entry.Members.Where(m => m.Role == MemberRole.Removed).Select(m => m.Item).ToList();
                var froms = entry
                    .Members.Where(m => m.Role is MemberRole.RemovedFrom or MemberRole.Parent)
                    .Select(m => m.Item)
                    .ToList();
                var empties =
                    removed.Count == 0 && entry.Members.Any(m => m.Role == MemberRole.RemovedFrom && m.Item == parent);
                return (entry.Time, entry.Number).CompareTo((made.Time, made.Number)) > 0
                    && entry.Time <= _query.At
                    && (empties || (removed.Contains(child) && (froms.Count == 0 || froms.Contains(parent))));
            }
            return made.Time <= _query.At && (kind != LinkKinds.Contains || !counted.Exists(Ends));
        }

        private sealed record Pair(string From, string To, string Text, long Time);
    }
}
