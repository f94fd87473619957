using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Primitives;
using IdResolution.Core.Telemetry;

namespace IdResolution.Core.Upstream;

/// <summary>
/// Tells how the sending goes. The node that sends writes it to the store, a failure and its end at once and the rest
/// every few seconds, so that every node and process can show it. Thread-safe but for the two calls of the sender.
/// </summary>
public sealed class UpstreamProgress(
    ISettingStore settings,
    IChangeLog log,
    ILogReaderStore readers,
    IUpstreamStore letters,
    TimeProvider time,
    NodeTelemetry? telemetry = null
)
{
    private const string Setting = "upstream.progress";
    private const string WaySetting = "upstream.way";

    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(3);

    private readonly Counter<long> _sent = (telemetry ?? NodeTelemetry.None).Meter.CreateCounter<long>(
        "idresolution.upstream.sent",
        "{record}",
        "Records that this node sent to the secondary node; one sent again counts again."
    );

    private readonly Counter<long> _kept = (telemetry ?? NodeTelemetry.None).Meter.CreateCounter<long>(
        "idresolution.upstream.kept",
        "{value}",
        "Values of records sent that stayed here because they are too long for the secondary node."
    );

    private UpstreamTold? _told;
    private string? _stored;
    private long _writtenAt;
    private long _since;
    private long _sinceSent;

    /// <summary>Notes that records were sent.</summary>
    /// <param name="sent">What was sent.</param>
    /// <param name="cancellationToken">Ends the write.</param>
    public async Task SentAsync(IReadOnlyList<UpstreamChange> sent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sent);
        if (sent.Count == 0)
        {
            return;
        }
        var kept = sent.Sum(static s => s.Kept.Count);
        _sent.Add(sent.Count);
        _kept.Add(kept);
        var told = await ToldAsync(cancellationToken);
        if (told.Sent == _sinceSent && time.GetElapsedTime(_since) >= WriteEvery)
        {
            // Nothing was sent for a while, and the rate is not of that time.
            _since = time.GetTimestamp();
        }
        var wasFailing = told.Error is not null;
        _told = told with
        {
            Sent = told.Sent + sent.Count,
            Kept = told.Kept + kept,
            SentAt = time.GetUtcNow(),
            Error = null,
            FailingSince = null,
        };
        if (wasFailing || _stored is null || time.GetElapsedTime(_writtenAt) >= WriteEvery)
        {
            await WriteAsync(cancellationToken);
        }
    }

    /// <summary>Writes what was noted some seconds ago, and was not written since.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        _told is not null && _told.Sent != _sinceSent && time.GetElapsedTime(_writtenAt) >= WriteEvery
            ? WriteAsync(cancellationToken)
            : Task.CompletedTask;

    /// <summary>Notes that the secondary node could not be asked, or failed.</summary>
    /// <param name="error">Why, for the operator.</param>
    /// <param name="cancellationToken">Ends the write.</param>
    public async Task FailedAsync(string error, CancellationToken cancellationToken)
    {
        var (told, now) = (await ToldAsync(cancellationToken), time.GetUtcNow());
        _told = told with
        {
            Error = error,
            FailedAt = now,
            FailingSince = told.Error is null ? now : told.FailingSince ?? now,
        };
        await WriteAsync(cancellationToken);
    }

    /// <summary>
    /// True if it is another secondary node, user or prefix than the one remembered (<see cref="UpstreamRules.Way"/>).
    /// </summary>
    public async ValueTask<bool> IsAnotherAsync(string way, CancellationToken cancellationToken)
    {
        var name = UpstreamTarget.NameOf(way);
        var kept = await settings.FindSettingAsync(WaySetting, cancellationToken);
        kept ??= await settings.GetOrAddAsync(WaySetting, name);
        return !kept.StartsWith(name, StringComparison.Ordinal);
    }

    /// <summary>
    /// Remembers it, and since when. The cursor stays: what the log had before is old, and would bring it back for a
    /// while at a node that is the same under another name. False if another process was first.
    /// </summary>
    public async Task<bool> NoteAnotherAsync(string way, CancellationToken cancellationToken)
    {
        var kept = await settings.FindSettingAsync(WaySetting, cancellationToken);
        var text = string.Create(CultureInfo.InvariantCulture, $"{UpstreamTarget.NameOf(way)} {time.GetUtcNow():O}");
        return kept is not null && await settings.ReplaceAsync(WaySetting, kept, text, cancellationToken);
    }

    /// <summary>True if the log has entries after a cursor.</summary>
    public async ValueTask<bool> HasNewsAsync(long cursor, CancellationToken cancellationToken) =>
        await log.HeadAsync(cancellationToken) > cursor;

    /// <summary>Reads how it goes, as every node sees it.</summary>
    public async Task<UpstreamStatus> ReadAsync(CancellationToken cancellationToken)
    {
        // The head after the cursor, so that it is not below it.
        var cursor = await readers.CursorAsync(UpstreamReader.ReaderName, cancellationToken);
        var head = await log.HeadAsync(cancellationToken);
        var next = cursor < head ? await log.ReadAsync(cursor, 1, cancellationToken) : null;
        var (waiting, due, _) = await letters.CountAsync(cancellationToken);
        var way = (await settings.FindSettingAsync(WaySetting, cancellationToken))?.Split(' ');
        return new UpstreamStatus
        {
            AnotherSince = way is [_, var at] ? DateTimeOffset.Parse(at, CultureInfo.InvariantCulture) : null,
            Cursor = cursor,
            Head = head,
            LagSeconds = next is { Count: > 0 }
                ? Math.Max(0, (time.GetUtcNow() - Micros.ToTime(next[0].Body.Time)).TotalSeconds)
                : 0,
            Refused = waiting,
            Due = due,
            Told = Parse(await settings.FindSettingAsync(Setting, cancellationToken)),
        };
    }

    private static UpstreamTold Parse(string? text) =>
        text is null ? new UpstreamTold() : JsonSerializer.Deserialize(text, UpstreamJson.Default.UpstreamTold)!;

    private async ValueTask<UpstreamTold> ToldAsync(CancellationToken cancellationToken)
    {
        if (_told is null)
        {
            _stored = await settings.FindSettingAsync(Setting, cancellationToken);
            _told = Parse(_stored);
            (_since, _sinceSent) = (time.GetTimestamp(), _told.Sent);
        }
        return _told;
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        // Of less than a second no rate can be told; it comes with the next write.
        if (time.GetElapsedTime(_since) is { TotalSeconds: >= 1 and var seconds })
        {
            _told = _told! with { Rate = Math.Round((_told.Sent - _sinceSent) / seconds, 1) };
            (_since, _sinceSent) = (time.GetTimestamp(), _told.Sent);
        }
        _writtenAt = time.GetTimestamp();
        var text = JsonSerializer.Serialize(_told, UpstreamJson.Default.UpstreamTold);
        if (_stored is null)
        {
            _stored = await settings.GetOrAddAsync(Setting, text);
        }
        if (_stored != text && !await settings.ReplaceAsync(Setting, _stored, text, cancellationToken))
        {
            // Another node sent meanwhile. The next write goes on from what it told.
            (_told, _stored) = (null, null);
            return;
        }
        _stored = text;
    }
}
