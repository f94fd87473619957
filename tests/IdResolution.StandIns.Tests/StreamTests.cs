using Grpc.Core;

namespace IdResolution.StandIns.Tests;

[TestFixture]
public sealed class StreamTests
{
    [Test]
    public void WriteOptions_WithFlags_MakesOthers()
    {
        var options = WriteOptions.Default.WithFlags(WriteFlags.NoCompress | WriteFlags.BufferHint);

        Assert.Multiple(() =>
        {
            Assert.That((int)WriteOptions.Default.Flags, Is.Zero);
            Assert.That((int)options.Flags, Is.EqualTo(3));
            Assert.That(new WriteOptions(WriteFlags.NoCompress).Flags, Is.EqualTo(WriteFlags.NoCompress));
        });
    }

    [Test]
    public async Task WriteAsync_TokenThatCannotBeCancelled_Writes()
    {
        var stream = new Written();
        IAsyncStreamWriter<string> writer = stream;
        await writer.WriteAsync("a", CancellationToken.None);

        Assert.That(stream.Messages, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void WriteAsync_TokenThatCanBeCancelled_IsNotSupportedByDefault()
    {
        var stream = new Written();
        IAsyncStreamWriter<string> writer = stream;
        using var source = new CancellationTokenSource();

        Assert.That(() => writer.WriteAsync("a", source.Token), Throws.TypeOf<NotSupportedException>());
        Assert.That(stream.Messages, Is.Empty);
    }

    [Test]
    public async Task ReadAllAsync_Stream_GivesAllInOrder()
    {
        List<string> messages = [];
        await foreach (var message in new Given(["a", "b"]).ReadAllAsync())
        {
            messages.Add(message);
        }

        Assert.That(messages, Is.EqualTo(new[] { "a", "b" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void ReadAllAsync_Cancelled_Throws(bool passedToTheCall)
    {
        var token = new CancellationToken(canceled: true);
        var messages = passedToTheCall ? new Given(["a"]).ReadAllAsync(token) : new Given(["a"]).ReadAllAsync();

        Assert.That(async () => await messages.GetAsyncEnumerator(token).MoveNextAsync(), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void ReadAllAsync_NoStream_ThrowsAtOnce()
        => Assert.That(() => ((IAsyncStreamReader<string>)null!).ReadAllAsync(), Throws.ArgumentNullException);

    [Test]
    public async Task MoveNext_WithoutToken_Reads()
    {
        var stream = new Given(["a"]);

        Assert.That(await stream.MoveNext(), Is.True);
        Assert.That(stream.Current, Is.EqualTo("a"));
        Assert.That(await stream.MoveNext(), Is.False);
    }

    private sealed class Written : IServerStreamWriter<string>
    {
        public List<string> Messages { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message)
        {
            Messages.Add(message);
            return Task.CompletedTask;
        }
    }

    private sealed class Given(string[] messages) : IAsyncStreamReader<string>
    {
        private int _next;

        public string Current => messages[_next - 1];

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(_next++ < messages.Length);
        }
    }
}
