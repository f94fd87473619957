using System.CommandLine;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Events;

/// <summary>Opens a node for a verb that asks the quality archive.</summary>
internal static class ArchiveCommand
{
    /// <summary>Reads, and gives the work of filling the archive back: a node that serves goes on at once.</summary>
    public static async Task<Result<TReport>> ReadAsync<TReader, TReport>(
        ParseResult parsed,
        Func<TReader, ValueTask<Result<TReport>>> read
    )
        where TReader : notnull
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        var report = await read(node.Get<TReader>());
        await node.Get<ArchiveWait>().ReleaseAsync(CancellationToken.None);
        return report;
    }
}
