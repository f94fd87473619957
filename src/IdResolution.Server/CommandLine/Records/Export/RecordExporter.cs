using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Records;
using IdResolution.Core.Views;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.CommandLine.Records.Export;

/// <summary>Streams active records in object order.</summary>
internal sealed class RecordExporter(NodeContainer node, string? template, IRecordFormat format)
{
    private const int Page = 1_000;

    /// <summary>Writes all; gives how many they were.</summary>
    public async Task<long> RunAsync(TextWriter output, WorkProgress progress, CancellationToken cancellationToken)
    {
        await output.WriteAsync(format.Head);
        var query = new RecordQuery { Template = template, Limit = Page };
        for (var count = 0L; ; )
        {
            var records = await node.Get<NodeStore>().Records.SearchAsync(query, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            // A node beside this process may have published a version that these records were made with.
            await node.Get<LogFollower>().CatchUpAsync(cancellationToken);
            var catalog = node.Get<CatalogHolder>().Current;
            await output.WriteAsync(format.Write(records.Select(r => RecordReader.Read(r, catalog, Projection.Admin))));
            count += records.Count;
            progress.Report(count, double.NaN);
            if (records.Count < Page)
            {
                await output.FlushAsync(cancellationToken);
                return count;
            }
            query = query with { After = records[^1].Object };
        }
    }
}
