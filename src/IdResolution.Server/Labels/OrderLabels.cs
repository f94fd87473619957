using System.Runtime.CompilerServices;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Labels;

/// <summary>
/// Makes the labels of the items of an order, a few at a time, however many they are. Needs role reader. Thread-safe.
/// </summary>
internal sealed class OrderLabels(OrderReader orders, IEventStore store, LabelMaker labels, HeldMarks holds)
{
    /// <summary>The labels made together. With texts as long as records may be they still are a sheet.</summary>
    public const int AtOnce = 15;

    /// <summary>Finds the items of an order, and sees that there is a label to begin with.</summary>
    /// <param name="order">The order.</param>
    /// <param name="form">The form of the labels.</param>
    /// <param name="isRefused">True if no label is wanted of held items.</param>
    /// <param name="caller">The one who prints.</param>
    /// <param name="language">The language of names.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async ValueTask<Result<OrderStream>> BeginAsync(
        ItemName order,
        LabelForm form,
        bool isRefused,
        Caller caller,
        Language language,
        CancellationToken cancellationToken
    )
    {
        if (!(await orders.ItemsAsync(order, caller, cancellationToken)).TryGet(out var items, out var error))
        {
            return error;
        }
        var batches = BatchesAsync(items, isRefused, caller, language, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await batches.MoveNextAsync();
        if (
            !batches.Current.OrWhy().TryGet(out var first, out error)
            || (error = form.Refusal(first.Labels[0])) is not null
        )
        {
            await batches.DisposeAsync();
            return error;
        }
        return new OrderStream(items.Length, form.PiecesAsync(FromCurrentAsync(batches), language));
    }

    /// <summary>The labels of the order of a scan that was recorded; null where none was.</summary>
    public async ValueTask<ScanLabels?> OfScanAsync(
        IntentAnswer answer,
        Caller caller,
        Language language,
        CancellationToken cancellationToken
    )
    {
        if (answer.Order is not { } order)
        {
            return null;
        }
        var name = Identifier.Parse(order.Identifier).Value!;
        var begun = await BeginAsync(name, new ZplOptions(), isRefused: false, caller, language, cancellationToken);
        if (!begun.TryGet(out var stream, out var error))
        {
            // The scan is recorded by now, so that this is told beside it.
            return new ScanLabels(order.Identifier, 0, Error: error);
        }
        if (stream.Items > ScanLabels.Most)
        {
            return new ScanLabels(order.Identifier, stream.Items);
        }
        var zpl = new StringBuilder();
        await foreach (var piece in stream.Pieces)
        {
            zpl.Append(piece);
        }
        return new ScanLabels(order.Identifier, stream.Items, zpl.ToString());
    }

    /// <summary>The batch that was looked at, and those after it, once.</summary>
    private static async IAsyncEnumerable<LabelBatch> FromCurrentAsync(IAsyncEnumerator<LabelBatch> batches)
    {
        await using (batches)
        {
            do
            {
                yield return batches.Current;
            } while (await batches.MoveNextAsync());
        }
    }

    /// <summary>The labels; a batch without any only where no other is left.</summary>
    private async IAsyncEnumerable<LabelBatch> BatchesAsync(
        long[] items,
        bool isRefused,
        Caller caller,
        Language language,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        List<(string, Error)> missing = [];
        foreach (var some in items.Chunk(AtOnce))
        {
            List<string> names = [.. (await store.ItemsAsync(some, cancellationToken)).Select(item => item.Spelling)];
            var made = await labels.MakeAsync(names, "order", caller, language, cancellationToken);
            var batch = made.TryGet(out var contents, out var error)
                ? await holds.MarkAsync(contents, isRefused, "order", caller, cancellationToken)
                : new LabelBatch([], [.. names.Select(name => (name, error))]);
            missing.AddRange(batch.Missing);
            if (batch.Labels.Count > 0)
            {
                yield return batch with
                {
                    Missing = missing,
                };
                missing = [];
            }
        }
        if (missing.Count > 0)
        {
            yield return new LabelBatch([], missing);
        }
    }
}

/// <summary>The labels of an order.</summary>
/// <param name="Items">How many items it has.</param>
/// <param name="Pieces">What is sent, piece by piece; to be taken once.</param>
internal sealed record OrderStream(int Items, IAsyncEnumerable<string> Pieces)
{
    /// <summary>About what it takes in memory, in bytes: the numbers of the items, and some labels.</summary>
    public long Bytes => (8L * Items) + (OrderLabels.AtOnce * LabelMaker.MaxSheetBytes / LabelMaker.MaxSheet);
}
