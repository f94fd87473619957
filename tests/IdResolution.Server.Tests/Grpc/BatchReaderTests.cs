using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using IdResolution.Core.Traceability;
using IdResolution.Server.Grpc;

namespace IdResolution.Server.Tests.Grpc;

[TestFixture]
public sealed class BatchReaderTests
{
    [Test]
    public async Task ReadAsync_ManyWaiting_GivesAThousandAtATime()
    {
        var reader = new BatchReader<ItemRegistration>(new Requests(Small(2_500)), CancellationToken.None);

        Assert.That(await SizesAsync(reader), Is.EqualTo(new[] { 1_000, 1_000, 500, 0, 0 }));
    }

    [Test]
    public async Task ReadAsync_LargeItems_GivesAMebibyteAtATime()
    {
        var large = new V1.RegisterRequest { SourceKey = new string('x', 400_000) };

        var reader = new BatchReader<ItemRegistration>(
            new Requests([large, large, large, large, large]),
            CancellationToken.None
        );

        // The item that crosses the line still belongs to the batch.
        Assert.That(await SizesAsync(reader), Is.EqualTo(new[] { 3, 2, 0, 0, 0 }));
    }

    [Test]
    public async Task ReadAsync_NothingMoreYet_DoesNotWait()
    {
        var more = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var reader = new BatchReader<ItemRegistration>(new Requests(Small(3), more.Task), CancellationToken.None);

        Assert.That(await reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)), Has.Count.EqualTo(3));
        var waiting = reader.ReadAsync();
        Assert.That(waiting.IsCompleted, Is.False);
        more.SetResult(false);
        Assert.That(await waiting.AsTask().WaitAsync(TimeSpan.FromSeconds(10)), Is.Empty);
    }

    [Test]
    public async Task ReadAsync_StreamThatBreaks_GivesWhatCameBeforeFirst()
    {
        var reader = new BatchReader<ItemRegistration>(
            new Requests(Small(3), Task.FromException<bool>(new IOException("broken"))),
            CancellationToken.None
        );

        Assert.That(await reader.ReadAsync(), Has.Count.EqualTo(3));
        Assert.That(async () => await reader.ReadAsync(), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task ReadAsync_BadItem_IsARefusalInItsPlace()
    {
        var bad = new V1.RegisterRequest { Values = { new V1.Value { Index = 1 } } };

        var batch = await new BatchReader<ItemRegistration>(
            new Requests([new(), bad, new()]),
            CancellationToken.None
        ).ReadAsync();

        Assert.That(batch.Select(item => item.IsOk), Is.EqualTo(new[] { true, false, true }));
        Assert.That(batch[1].Error!.Field, Is.EqualTo("values[0]"));
    }

    private static V1.RegisterRequest[] Small(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new V1.RegisterRequest { SourceKey = i.ToString() })];

    private static async Task<int[]> SizesAsync(BatchReader<ItemRegistration> reader)
    {
        var sizes = new int[5];
        for (var i = 0; i < sizes.Length; i++)
        {
            sizes[i] = (await reader.ReadAsync()).Count;
        }
        return sizes;
    }

    /// <summary>Gives what has come, then what the task says.</summary>
    private sealed class Requests(IReadOnlyList<V1.RegisterRequest> items, Task<bool>? then = null)
        : IAsyncStreamReader<StreamedItem<ItemRegistration>>
    {
        private int _at = -1;

        public StreamedItem<ItemRegistration> Current
        {
            get
            {
                var reader = new RegistrationWireReader();
                reader.MergeFrom(new ReadOnlySequence<byte>(items[_at].ToByteArray()));
                return new StreamedItem<ItemRegistration>(reader.ToItem(), items[_at].CalculateSize());
            }
        }

        public Task<bool> MoveNext(CancellationToken cancellationToken) =>
            ++_at < items.Count ? Task.FromResult(true) : then ?? Task.FromResult(false);
    }
}
