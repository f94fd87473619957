using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using IdResolution.Server.Rest;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace IdResolution.Server.Tests.Rest;

public sealed class RequestBodyMemoryTests
{
    [Test]
    public async Task ReadAsync_PipeReusesItsMemory_DocumentKeepsTheBody()
    {
        var context = Context("""{"template":"mea","attributes":{"line":"L1"}}""");

        var read = await BodyReader.ReadAsync(context, 1 << 20);

        using var document = read.Value;
        Assert.That(document.RootElement.GetRawText(), Is.EqualTo("""{"template":"mea","attributes":{"line":"L1"}}"""));
    }

    [TestCase("""{"template":"mea"} x""")]
    [TestCase("""{"template":"mea"}{}""")]
    [TestCase("""{"template":"mea" """)]
    [TestCase("")]
    public async Task ReadAsync_NotOneJsonValue_IsMalformed(string body)
    {
        var read = await BodyReader.ReadAsync(Context(body), 1 << 20);

        Assert.That(read.Error?.Code, Is.EqualTo(Core.Errors.ErrorCode.Malformed));
    }

    private static DefaultHttpContext Context(string body)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(new ReusingPipe(Encoding.UTF8.GetBytes(body)));
        context.Request.ContentType = "application/json";
        return context;
    }

    /// <summary>
    /// A pipe of one segment that is overwritten as soon as it is given back, as Kestrel's are by the next request.
    /// </summary>
    private sealed class ReusingPipe(byte[] body) : PipeReader, IRequestBodyPipeFeature
    {
        public PipeReader Reader => this;

        public override void AdvanceTo(SequencePosition consumed) => body.AsSpan().Fill((byte)'#');

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => AdvanceTo(consumed);

        public override void CancelPendingRead() { }

        public override void Complete(Exception? exception = null) { }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(
                new ReadResult(new ReadOnlySequence<byte>(body), isCanceled: false, isCompleted: true)
            );

        public override bool TryRead(out ReadResult result)
        {
            result = new ReadResult(new ReadOnlySequence<byte>(body), isCanceled: false, isCompleted: true);
            return true;
        }
    }
}
