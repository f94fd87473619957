using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Records;
using IdResolution.Core.Views;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.CommandLine.Records.Export;

/// <summary>Streams active records in the order of their object numbers.</summary>
internal sealed class RecordExporter(NodeContainer node, string? template, IRecordFormat format)
{
    private const int Page = 1_000;

    /// <summary>Writes all records and returns their number.</summary>
    public async Task<long> RunAsync(TextWriter output, WorkProgress progress, CancellationToken cancellationToken)
    {
        await output.WriteAsync(format.Head);
        var query = new RecordQuery { Template = template, Limit = Page };
        for (var count = 0L; ; )
        {
            var records = await node.Get<NodeStore>().Records.SearchAsync(query, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            // A node beside this process may have published the template version of these records.
            await node.Get<LogFollower>().CatchUpAsync(cancellationToken);
            var catalog = node.Get<CatalogHolder>().Current;
            count += records.Count;
            progress.Report(count, double.NaN);
            await output.WriteAsync(format.Write(records.Select(r => RecordReader.Read(r, catalog, Projection.Admin))));
            if (!records.IsFull)
            {
                await output.FlushAsync(cancellationToken);
                return count;
            }
            query = query with { After = records[^1].Object };
        }
    }
}
