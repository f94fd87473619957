using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>Streams traces: as they are found, or as a whole. Thread-safe.</summary>
internal sealed class TraceStream(Tracer tracer, EventIds ids, ThingFinder finder, IHostApplicationLifetime lifetime)
{
    // What is sent together. A page of a walk may be many times as long.
    private const int Together = 256;
    private const long BytesOfMessage = 512;

    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    public async Task WriteAsync(
        V1.TraceRequest request,
        IServerStreamWriter<V1.TraceResponse> answers,
        ServerCallContext context
    )
    {
        var text = request.HasIdentifier ? request.Identifier : null;
        var root = await ItemMessages.FindAsync(finder, text, request.By, "identifier", context);
        var query = Read(request, root).OrThrow(context);
        var sink = new Sink(answers, new TraceMessages(ids, GrpcErrors.LanguageOf(context)), lifetime, context);
        await (
            request.HasExplain
            || request.Analyse
            || request.Attribute.Count > 0
            || context.GetHttpContext().Caller().Partner is not null
                ? ReportAsync(request, query, sink, context)
                : WalkAsync(query, sink, context)
        );
    }

    private async Task WalkAsync(TraceQuery query, Sink sink, ServerCallContext context)
    {
        var begun = await tracer.BeginAsync(query, context.GetHttpContext().Caller(), context.CancellationToken);
        var walk = begun.OrThrow(context);
        sink.Add(TraceMessages.Start(walk.Root, query, walk.Number));
        var end = await walk.RunAsync(sink, context.CancellationToken);
        sink.Add(TraceMessages.End(end.OrThrow(context)));
        await sink.SendAsync(context.CancellationToken);
    }

    private async Task ReportAsync(V1.TraceRequest request, TraceQuery query, Sink sink, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var explain = request.HasExplain
            ? (await finder.NameAsync(request.Explain, "explain", caller, context.CancellationToken)).OrThrow(context)
            : null;
        var made = await tracer.ReportAsync(query, explain, caller, context.CancellationToken);
        using var report = made.OrThrow(context);
        sink.Add(TraceMessages.Start(report.Root, query, report.Number));
        for (var i = 0; i < report.Graph.Nodes.Count; i++)
        {
            if (report.Graph.Nodes[i] is { IsShown: true } node)
            {
                var balances = report.Balances.GetValueOrDefault(node.Item.Number);
                var message = TraceMessages.Node(node, report.Amounts[i], balances);
                if (report.Attributes.TryGetValue(i, out var attributes))
                {
                    message.Node.Attributes = RecordMessages.ToMessage(attributes);
                }
                await sink.AddAsync(message, context.CancellationToken);
            }
        }
        for (var i = 0; i < report.Graph.Links.Count; i++)
        {
            sink.Link(report.Graph.Links[i]);
            await sink.SendFullAsync(context.CancellationToken);
        }
        foreach (var finding in report.Findings)
        {
            await sink.AddAsync(sink.Messages.Finding(finding), context.CancellationToken);
        }
        foreach (var path in report.Paths ?? [])
        {
            await sink.AddAsync(sink.Messages.Path(path), context.CancellationToken);
        }
        sink.Add(TraceMessages.End(report.End));
        await sink.SendAsync(context.CancellationToken);
    }

    private static Result<TraceQuery> Read(V1.TraceRequest request, ItemName root)
    {
        var faults = new Faults();
        if (!EventNames.TryParse([.. request.Type.Select(type => EventReader.Name(type) ?? "")], out LinkKinds kinds))
        {
            var known = string.Join(", ", EventNames.Kinds);
            faults.Add("type", $"must be one of {known}", $"应为以下之一：{known}");
        }
        if (!System.Enum.IsDefined(request.Direction))
        {
            faults.Add("direction", "must be backward, forward or both", "应为 backward、forward 或 both");
        }
        var query = new TraceQuery
        {
            Root = root,
            Direction =
                request.Direction == V1.TraceDirection.Unspecified
                    ? TraceDirection.Backward
                    : (TraceDirection)(request.Direction - 1),
            Kinds = kinds,
            At = Time(request.At, "at", faults),
            Number = request.HasNumber ? request.Number : null,
            Templates = request.Template,
            Attributes = request.Attribute,
            From = Time(request.From, "from", faults),
            To = Time(request.To, "to", faults),
            Budget = request.HasBudget ? request.Budget : TraceQuery.DefaultBudget,
            Cursor = request.HasCursor ? request.Cursor : null,
        };
        return faults.TryCombine(out var error) ? error : query;
    }

    /// <summary>A time in microseconds; null where none is given, or it is no time.</summary>
    public static long? Time(Timestamp? time, string field, Faults faults)
    {
        if (time is null)
        {
            return null;
        }
        try
        {
            return Micros.Of(time.ToDateTimeOffset());
        }
        catch (InvalidOperationException)
        {
            faults.Add(field, "must be a time between the years 1 and 9999", "应为公元 1 年至 9999 年间的时间");
            return null;
        }
    }

    /// <summary>Sends what is found, a part at a time, as fast as the caller takes it.</summary>
    private sealed class Sink(
        IServerStreamWriter<V1.TraceResponse> answers,
        TraceMessages messages,
        IHostApplicationLifetime lifetime,
        ServerCallContext context
    ) : ITraceSink
    {
        private readonly List<V1.TraceResponse> _found = [];

        public TraceMessages Messages => messages;

        public long Bytes => _found.Count * BytesOfMessage;

        public void Add(V1.TraceResponse message) => _found.Add(message);

        public ValueTask AddAsync(V1.TraceResponse message, CancellationToken cancellationToken)
        {
            _found.Add(message);
            return SendFullAsync(cancellationToken);
        }

        public void Node(in TraceNode node)
        {
            if (node.IsShown)
            {
                _found.Add(TraceMessages.Node(node));
            }
        }

        public void Link(in TraceLink link)
        {
            if (link.IsShown)
            {
                _found.Add(new V1.TraceResponse { Link = messages.Link(link) });
            }
        }

        public async ValueTask<bool> PauseAsync(CancellationToken cancellationToken)
        {
            await SendAsync(cancellationToken);
            return true;
        }

        public ValueTask SendFullAsync(CancellationToken cancellationToken) =>
            _found.Count < Together ? default : new(SendAsync(cancellationToken));

        public async Task SendAsync(CancellationToken cancellationToken)
        {
            if (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                throw GrpcErrors.ToException(ShutdownError.Error, context);
            }
            for (var i = 0; i < _found.Count; i++)
            {
                // Only a write that is sent can take long enough to be cancelled.
                var isSent = i == _found.Count - 1 || i % Together == Together - 1;
                answers.WriteOptions = isSent ? null : Buffered;
                await answers.WriteAsync(_found[i], isSent ? cancellationToken : CancellationToken.None);
            }
            _found.Clear();
        }
    }
}
