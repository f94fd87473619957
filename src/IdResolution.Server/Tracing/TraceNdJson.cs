using System.Buffers;
using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Tracing;

/// <summary>
/// Writes a trace as found, one JSON object a line: first what was asked, then <c>node</c> and <c>link</c>, and at last
/// <c>end</c>. Without the last line it is not whole. It keeps no more than a page.
/// </summary>
internal sealed class TraceNdJson : ITraceSink, IAsyncDisposable
{
    private readonly Stream _output;
    private readonly TraceJson _json;
    private readonly Action<long>? _report;
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly Utf8JsonWriter _writer;
    private long _nodes;

    /// <param name="output">Where the lines go.</param>
    /// <param name="json">Writes items and links.</param>
    /// <param name="report">Is told the number of items found so far; null if nobody asks.</param>
    public TraceNdJson(Stream output, TraceJson json, Action<long>? report = null)
    {
        _output = output;
        _json = json;
        _report = report;
        _writer = new Utf8JsonWriter(_buffer, TraceJson.Options);
    }

    /// <summary>Walks and writes.</summary>
    public async Task<Result<TraceEnd>> RunAsync(TraceWalk walk, TraceQuery query, CancellationToken cancellationToken)
    {
        _writer.WriteStartObject();
        TraceJson.WriteStart(_writer, walk.Root, query, walk.Number);
        _writer.WriteEndObject();
        EndLine();
        if (!(await walk.RunAsync(this, cancellationToken)).TryGet(out var end, out var error))
        {
            return error;
        }
        await EndAsync(end, cancellationToken);
        return end;
    }

    /// <summary>Writes what was walked before, such as what a partner sees of it.</summary>
    public async Task WriteAsync(TraceReport report, CancellationToken cancellationToken)
    {
        _writer.WriteStartObject();
        TraceJson.WriteStart(_writer, report.Root, report.Query, report.Number);
        _writer.WriteEndObject();
        EndLine();
        for (var i = 0; i < report.Graph.Nodes.Count; i++)
        {
            Node(report.Graph.Nodes[i]);
        }
        await PauseAsync(cancellationToken);
        for (var i = 0; i < report.Graph.Links.Count; i++)
        {
            Link(report.Graph.Links[i]);
        }
        await EndAsync(report.End, cancellationToken);
    }

    private async Task EndAsync(TraceEnd end, CancellationToken cancellationToken)
    {
        _writer.WriteStartObject();
        _writer.WriteStartObject("end"u8);
        TraceJson.WriteEnd(_writer, end);
        _writer.WriteEndObject();
        _writer.WriteEndObject();
        EndLine();
        await PauseAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public long Bytes => _buffer.Capacity;

    /// <inheritdoc/>
    public void Node(in TraceNode node)
    {
        _nodes++;
        if (node.IsShown)
        {
            _writer.WriteStartObject();
            _writer.WritePropertyName("node"u8);
            TraceJson.Write(_writer, node);
            _writer.WriteEndObject();
            EndLine();
        }
    }

    /// <inheritdoc/>
    public void Link(in TraceLink link)
    {
        if (link.IsShown)
        {
            _writer.WriteStartObject();
            _writer.WritePropertyName("link"u8);
            _json.Write(_writer, link);
            _writer.WriteEndObject();
            EndLine();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PauseAsync(CancellationToken cancellationToken)
    {
        _report?.Invoke(_nodes);
        if (_buffer.WrittenCount > 0)
        {
            await _output.WriteAsync(_buffer.WrittenMemory, cancellationToken);
            await _output.FlushAsync(cancellationToken);
            _buffer.ResetWrittenCount();
        }
        return true;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private void EndLine()
    {
        _writer.Flush();
        _buffer.Write("\n"u8);
        _writer.Reset();
    }
}
