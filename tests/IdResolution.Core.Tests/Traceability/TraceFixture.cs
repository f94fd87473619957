using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Traceability;

/// <summary>A tracer over events in memory, and a node for all else.</summary>
internal sealed class TraceFixture : IDisposable
{
    public const string P = CoreFixture.HomedPrefix;

    public static readonly Caller Reader = new(Role.Reader, 103, "k-reader");

    private readonly CoreFixture _node;
    private TraceWork? _work;

    private TraceFixture(CoreFixture node) => _node = node;

    public GraphStore Graph { get; private set; } = new();

    /// <summary>The clock of walks.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>How long walks wait for a place.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>What all walks share. Clock and patience are set before.</summary>
    public TraceWork Work => _work ??= new TraceWork(Time) { Patience = Patience };

    /// <summary>A node with the templates even and odd.</summary>
    public static async Task<TraceFixture> CreateAsync()
    {
        var node = await CoreFixture.CreateAsync();
        foreach (var code in new[] { "even", "odd" })
        {
            await node.PublishAsync(
                new Template { Code = code, Attributes = [new AttributeDefinition { Code = "a" }] }
            );
        }
        return new TraceFixture(node);
    }

    public static TraceQuery From(string root, TraceDirection direction = TraceDirection.Backward) =>
        new() { Root = Id(root), Direction = direction };

    public static Identifier Id(string text) => Identifier.Parse(text).Value;

    public static Caller BoundTo(string prefix) => Reader with { Prefix = Id(prefix + "/x").Prefix };

    public Tracer Tracer(GraphStore? graph = null) =>
        new(graph ?? Graph, _node.Store.Records, _node.Catalog, _node.Secrets, Work);

    public StatusReader Status()
    {
        var (records, ids) = (_node.Store.Records, new EventIds(_node.Secrets));
        var items = new PartnerItems(Graph, records, _node.Catalog);
        var sights = new EventSights(Graph, ids, items, new PartnerCursors(_node.Secrets));
        return new StatusReader(Graph, records, ids, _node.Catalog, sights);
    }

    public async Task<Walked> WalkAsync(TraceQuery query, Caller? caller = null, GraphStore? graph = null)
    {
        var walk = CoreFixture.Ok(await Tracer(graph).BeginAsync(query, caller ?? Reader, CancellationToken.None));
        var walked = new Walked();
        walked.End = CoreFixture.Ok(await walk.RunAsync(walked, CancellationToken.None));
        return walked;
    }

    /// <summary>Walks by cursors to the end.</summary>
    public async Task<Walked> WalkAllAsync(TraceQuery query, Caller? caller = null, GraphStore? graph = null)
    {
        var all = await WalkAsync(query, caller, graph);
        while (all.End.Cursor is { } cursor)
        {
            var next = await WalkAsync(query with { Cursor = cursor }, caller, graph);
            all.Nodes.AddRange(next.Nodes);
            all.Links.AddRange(next.Links);
            all.End = next.End;
            all.Walks++;
        }
        return all;
    }

    /// <summary>A report that is held no longer, and can be read all the same.</summary>
    public async Task<TraceReport> ReportAsync(TraceQuery query, string? explain = null, Caller? caller = null)
    {
        using var report = CoreFixture.Ok(
            await Tracer()
                .ReportAsync(query, explain is null ? null : Id(explain), caller ?? Reader, CancellationToken.None)
        );
        return report;
    }

    public async Task<Error> RefusalAsync(TraceQuery query, Caller? caller = null, string? explain = null)
    {
        var report = await Tracer()
            .ReportAsync(query, explain is null ? null : Id(explain), caller ?? Reader, CancellationToken.None);
        return report.Error ?? throw new AssertionException("It was not refused.");
    }

    public void Dispose()
    {
        _work?.Dispose();
        _node.Dispose();
    }

    /// <summary>What a walk gave.</summary>
    internal sealed class Walked : ITraceSink
    {
        public List<TraceNode> Nodes { get; } = [];

        public List<TraceLink> Links { get; } = [];

        public TraceEnd End { get; set; } = null!;

        public int Walks { get; set; } = 1;

        public IEnumerable<string> ShownNodes =>
            Nodes.Where(node => node.IsShown).Select(node => $"{node.Generation} {node.Item.Spelling}");

        public IEnumerable<string> ShownLinks => Links.Where(link => link.IsShown).Select(Text);

        public static string Text(TraceLink link) =>
            $"{link.From.Spelling} {EventNames.Of(link.Link.Kind)} {link.To.Spelling} {link.Link.Event} "
            + (link.Backward ? $"{link.Link.NearRow}-{link.Link.Row}" : $"{link.Link.Row}-{link.Link.NearRow}");

        public void Node(in TraceNode node) => Nodes.Add(node);

        public void Link(in TraceLink link) => Links.Add(link);

        public ValueTask<bool> PauseAsync(CancellationToken cancellationToken) => new(true);
    }
}
