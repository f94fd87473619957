using System.Buffers;
using System.Globalization;
using System.Text.Json;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Maintenance.Copying;

/// <summary>
/// Copies a whole store into an empty one of either kind: log, versions, indexes, sequence numbers, settings, audit,
/// statistics. If interrupted, it can be run again. At the end it compares both stores row by row; until then no node
/// starts on the target.
/// </summary>
public static class StoreCopy
{
    /// <summary>The prefix of the settings in which the target marks how far the copy is.</summary>
    public const string Mark = "copy:";

    /// <summary>The setting that a target has until its copy is finished.</summary>
    public const string SourceMark = Mark + "source";

    private const int PageRows = 2_000;
    private const int PageBytes = 4 << 20;

    /// <summary>Copies, or resumes an earlier copy of the same source.</summary>
    /// <param name="from">The source; no node may write to it meanwhile.</param>
    /// <param name="to">The target; empty, or with an unfinished copy of the source.</param>
    /// <param name="keyFiles">The fingerprints of key files, by file name; each must be that of the source.</param>
    /// <param name="time">The clock for migrations.</param>
    /// <param name="progress">Receives the steps, copying and comparing each table, with the part done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops the copy; run it again to resume.</param>
    /// <returns>The number of rows in each table.</returns>
    /// <exception cref="MaintenanceException">
    /// The target is not empty, the source was written to, or the two differ at the end.
    /// </exception>
    public static async Task<IReadOnlyList<(string Table, long Rows)>> RunAsync(
        CopyAddress from,
        CopyAddress to,
        IReadOnlyDictionary<string, string> keyFiles,
        TimeProvider time,
        IProgress<(string Step, double Done)> progress,
        CancellationToken cancellationToken
    )
    {
        await using var source = await from.OpenAsync(time, cancellationToken);
        var fingerprint = await source.FindSettingAsync(NodeStore.KeyFingerprintSetting, cancellationToken);
        if (keyFiles.FirstOrDefault(k => k.Value != fingerprint) is { Key: { } misfit })
        {
            throw new MaintenanceException(
                $"The key file {misfit} is not the one that {source.Name} was made with.",
                $"密钥文件 {misfit} 不是建立 {source.Name} 时所用的密钥文件。"
            );
        }
        await using var target = await to.OpenAsync(time, cancellationToken);
        return await RunAsync(source, target, progress, cancellationToken);
    }

    /// <summary>
    /// Begins the next log in a finished copy: the store that it was copied from may go on with its own. Not in the
    /// copy of a store that itself waits for its next log, since numbers are missing there.
    /// </summary>
    /// <param name="from">The store that was copied.</param>
    /// <param name="to">The copy.</param>
    /// <param name="gap">How many numbers the copy skips: as many as the source may still give away.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The log; null if none was begun.</returns>
    public static async Task<CurrentLog?> BeginLogAsync(
        CopyAddress from,
        CopyAddress to,
        long gap,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        await using (var source = await from.OpenAsync(time, cancellationToken))
        {
            if (
                await source.FindSettingAsync(LogRestart.PendingSetting, cancellationToken) is { } pending
                && long.Parse(pending, CultureInfo.InvariantCulture)
                    >= long.Parse(await LogNumberAsync(source, cancellationToken), CultureInfo.InvariantCulture)
            )
            {
                return null;
            }
        }
        using var store = await StoreOpener.OpenAsync(to.Settings, time, cancellationToken);
        var report = await LogRestart.RunAsync(
            store,
            null,
            null,
            new RestoreOptions { Gap = gap },
            time,
            cancellationToken
        );
        return report.Log;
    }

    private static async Task<IReadOnlyList<(string Table, long Rows)>> RunAsync(
        ICopyStore from,
        ICopyStore to,
        IProgress<(string Step, double Done)> progress,
        CancellationToken cancellationToken
    )
    {
        var identity = await IdentityAsync(from, cancellationToken);
        if (await from.FindSettingAsync(SourceMark, cancellationToken) is not null)
        {
            throw new MaintenanceException(
                $"{from.Name} is itself a copy that is not finished: finish that one first.",
                $"{from.Name} 本身是尚未完成的复制，请先完成该复制。"
            );
        }
        await BeginAsync(identity, to, cancellationToken);
        foreach (var table in CopyTable.All)
        {
            await CopyAsync(table, from, to, progress, cancellationToken);
        }
        var rows = new List<(string, long)>();
        foreach (var table in CopyTable.All)
        {
            rows.Add((table.Name, await CompareAsync(table, from, to, progress, cancellationToken)));
        }
        if (await IdentityAsync(from, cancellationToken) != identity)
        {
            throw new MaintenanceException(
                $"{from.Name} was written to while it was copied. Stop its nodes, and copy it again into an empty "
                    + "database.",
                $"{from.Name} 在复制期间有写入。请停止其节点，再复制到空数据库。"
            );
        }
        await to.FinishAsync(await LogNumberAsync(from, cancellationToken), cancellationToken);
        return rows;
    }

    /// <summary>Begins the copy, or goes on with it.</summary>
    private static async Task BeginAsync(string identity, ICopyStore to, CancellationToken cancellationToken)
    {
        var begun = await to.FindSettingAsync(SourceMark, cancellationToken);
        if (begun is null)
        {
            await CheckEmptyAsync(to, cancellationToken);
            await to.BeginAsync(SourceMark, identity, cancellationToken);
        }
        else if (begun != identity)
        {
            throw new MaintenanceException(
                $"{to.Name} holds part of a copy of another source, or of this one before it was written to. Give "
                    + "the copy an empty database.",
                $"{to.Name} 含有另一来源的部分复制，或同一来源在后来写入之前的部分复制。请复制到空数据库。"
            );
        }
    }

    /// <summary>The number of the log that a store goes on with, as text; 0 for one without a name.</summary>
    private static async Task<string> LogNumberAsync(ICopyStore store, CancellationToken cancellationToken)
    {
        var documents = CopyTable.All.Single(t => t.Name == "documents");
        await foreach (var row in store.ReadAsync(documents, null, cancellationToken))
        {
            if (
                row is [_, LogStart.DocumentCode, .., string json]
                && JsonSerializer.Deserialize(json, CatalogJson.Stored.LogStart) is { } start
                && LogName.TryParse(start.Log, out var name)
            )
            {
                return name.Number.ToString(CultureInfo.InvariantCulture);
            }
        }
        return "0";
    }

    private static async Task CopyAsync(
        CopyTable table,
        ICopyStore from,
        ICopyStore to,
        IProgress<(string, double)> progress,
        CancellationToken cancellationToken
    )
    {
        var step = $"copy {table.Name}";
        var mark = Mark + table.Name;
        var total = await from.CountAsync(table, cancellationToken);
        var done = await to.CountAsync(table, cancellationToken);
        var last = await to.FindSettingAsync(mark, cancellationToken) is { } json ? ReadKey(json) : null;
        var page = new List<object?[]>(PageRows);
        var bytes = 0;
        progress.Report((step, Part(done, total)));
        await foreach (var row in from.ReadAsync(table, last, cancellationToken))
        {
            page.Add(row);
            foreach (var value in row)
            {
                bytes += value switch
                {
                    byte[] b => b.Length,
                    string s => s.Length,
                    _ => 8,
                };
            }
            if (page.Count == PageRows || bytes >= PageBytes)
            {
                await FlushAsync();
            }
        }
        if (page.Count > 0)
        {
            await FlushAsync();
        }
        progress.Report((step, 1));

        async Task FlushAsync()
        {
            await to.WriteAsync(table, page, mark, WriteKey(page[^1].AsSpan(0, table.KeyColumns)), cancellationToken);
            done += page.Count;
            page.Clear();
            bytes = 0;
            progress.Report((step, Part(done, total)));
        }
    }

    private static async Task<long> CompareAsync(
        CopyTable table,
        ICopyStore from,
        ICopyStore to,
        IProgress<(string, double)> progress,
        CancellationToken cancellationToken
    )
    {
        var step = $"compare {table.Name}";
        var total = await from.CountAsync(table, cancellationToken);
        progress.Report((step, 0));
        var source = await DigestAsync(
            table,
            from,
            done => progress.Report((step, Part(done, total) / 2)),
            cancellationToken
        );
        var target = await DigestAsync(
            table,
            to,
            done => progress.Report((step, 0.5 + (Part(done, total) / 2))),
            cancellationToken
        );
        progress.Report((step, 1));
        return source.Equals(target)
            ? source.Count
            : throw new MaintenanceException(
                $"{table.Name} differs: {source.Count} rows with digest {source} in {from.Name}, {target.Count} "
                    + $"with {target} in {to.Name}. Give the copy an empty database, and stop all nodes on both.",
                $"{table.Name} 不一致：{from.Name} 中 {source.Count} 行，摘要 {source}；{to.Name} 中 {target.Count} 行，摘要 {target}。"
                    + "请复制到空数据库，并停止两边的所有节点。"
            );
    }

    private static async Task<TableDigest> DigestAsync(
        CopyTable table,
        ICopyStore end,
        Action<long> progress,
        CancellationToken cancellationToken
    )
    {
        var digest = new TableDigest();
        var buffer = new ArrayBufferWriter<byte>(1024);
        await foreach (var row in end.ReadAsync(table, null, cancellationToken))
        {
            digest.Add(row, buffer);
            if (digest.Count % PageRows == 0)
            {
                progress(digest.Count);
            }
        }
        return digest;
    }

    /// <summary>
    /// A text that identifies the source and its state: its key file, its counters, and the cursors of its log readers.
    /// It differs after a write.
    /// </summary>
    private static async Task<string> IdentityAsync(ICopyStore from, CancellationToken cancellationToken)
    {
        var counters = new List<string>();
        foreach (var table in CopyTable.All.Where(t => t.Name is "counters" or "log_readers"))
        {
            await foreach (var row in from.ReadAsync(table, null, cancellationToken))
            {
                counters.Add($"{row[0]} {row[1]}");
            }
        }
        counters.Sort(StringComparer.Ordinal);
        return $"{await from.FindSettingAsync(NodeStore.KeyFingerprintSetting, cancellationToken)}; "
            + $"{string.Join(", ", counters)}";
    }

    private static async Task CheckEmptyAsync(ICopyStore to, CancellationToken cancellationToken)
    {
        if (await to.FindSettingAsync(LogRestart.PendingSetting, cancellationToken) is not null)
        {
            throw new MaintenanceException(
                $"{to.Name} is a finished copy, or a restored store. If it takes no writes: idnode log restart "
                    + "--gap 0.",
                $"{to.Name} 是已完成的复制，或已恢复的存储。如不能写入：idnode log restart --gap 0。"
            );
        }
        foreach (var table in CopyTable.All.Where(t => t.Name != "counters"))
        {
            if (await to.CountAsync(table, cancellationToken) > 0)
            {
                throw new MaintenanceException(
                    $"{to.Name} is not empty: there are rows in {table.Name}. A copy needs an empty database.",
                    $"{to.Name} 不为空：{table.Name} 中有数据。请复制到空数据库。"
                );
            }
        }
    }

    private static double Part(long done, long total) => total == 0 ? 1 : Math.Min(1, (double)done / total);

    private static string WriteKey(ReadOnlySpan<object?> key)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var part in key)
            {
                switch (part)
                {
                    case long number:
                        json.WriteNumberValue(number);
                        break;
                    case string text:
                        json.WriteStringValue(text);
                        break;
                    default:
                        json.WriteStartArray();
                        json.WriteBase64StringValue((byte[])part!);
                        json.WriteEndArray();
                        break;
                }
            }
            json.WriteEndArray();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static object?[] ReadKey(string json)
    {
        using var document = JsonDocument.Parse(json);
        return
        [
            .. document
                .RootElement.EnumerateArray()
                .Select(part =>
                    part.ValueKind switch
                    {
                        JsonValueKind.Number => part.GetInt64(),
                        JsonValueKind.String => part.GetString(),
                        _ => (object?)part[0].GetBytesFromBase64(),
                    }
                ),
        ];
    }
}
