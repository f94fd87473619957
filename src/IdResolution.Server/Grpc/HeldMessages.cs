using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;
using IdResolution.Server.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Counts what an unfinished message of a call holds, as <see cref="HeldBodies"/> does with bodies. The library keeps
/// it in the request's pipe and looks at all of it whenever more arrives.
/// </summary>
internal sealed class HeldMessages : PipeReader, IRequestBodyPipeFeature, IDisposable
{
    private readonly HttpContext _context;
    private readonly PipeReader _reader;
    private HeldBodies.Held? _held;
    private bool _isRegistered;

    private HeldMessages(HttpContext context, PipeReader reader) => (_context, _reader) = (context, reader);

    public PipeReader Reader => this;

    /// <summary>Has the messages of a call counted.</summary>
    public static void Use(HttpContext context) =>
        context.Features.Set<IRequestBodyPipeFeature>(new HeldMessages(context, context.Request.BodyReader));

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _reader.ReadAsync(cancellationToken);

    public override bool TryRead(out ReadResult result) => _reader.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var bytes = Between(consumed, examined);
        _reader.AdvanceTo(consumed, examined);
        if (bytes <= HeldBodies.AlwaysHeld)
        {
            Dispose();
        }
        else if (!Hold().TryHold(bytes))
        {
            RequestOutcome.Note(_context, nameof(ErrorCode.TooMany));
            throw GrpcErrors.ToStatus(HeldBodies.TooMany, _context).ToRpcException();
        }
    }

    public override void CancelPendingRead() => _reader.CancelPendingRead();

    public override void Complete(Exception? exception = null) => _reader.Complete(exception);

    public void Dispose()
    {
        _held?.Dispose();
        _held = null;
    }

    private static long Between(SequencePosition from, SequencePosition to) =>
        from.GetObject() is ReadOnlySequenceSegment<byte> first && to.GetObject() is ReadOnlySequenceSegment<byte> last
            ? last.RunningIndex + to.GetInteger() - first.RunningIndex - from.GetInteger()
            : 0;

    private HeldBodies.Held Hold()
    {
        if (!_isRegistered)
        {
            // A call may end within a message.
            _context.Response.RegisterForDispose(this);
            _isRegistered = true;
        }
        return _held ??= HeldBodies.Of(_context);
    }
}
