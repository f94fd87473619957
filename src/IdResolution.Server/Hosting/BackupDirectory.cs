using System.Globalization;
using IdResolution.Core.Administration;
using IdResolution.Core.Errors;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.Hosting;

/// <summary>
/// Makes backups of the embedded store into <c>Backup:Directory</c>, one at a time, and keeps the last three.
/// Thread-safe.
/// </summary>
internal sealed partial class BackupDirectory(
    NodeOptions options,
    DataDirectory data,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<BackupDirectory> logger
) : IBackupMaker
{
    private const int Kept = 3;
    private const string Start = "checkpoint-";
    private const string End = ".db";

    // Shorter than the time in which an answer must begin, so that the caller is told something.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Error Busy = Error.Of(
        ErrorCode.TooMany,
        "A backup is being made; the node's log tells when it is done.",
        "正在制作备份；完成后见节点日志。"
    );

    private static readonly Error Failed = Error.Of(
        ErrorCode.Internal,
        "The backup failed; the node's log says why.",
        "备份失败；原因见节点日志。"
    );

    private int _isMaking;

    /// <summary>Writes the backup to a file. Tests hold it.</summary>
    internal Func<string, CancellationToken, Task> Write { get; set; } =
        (file, stop) => SqliteBackup.BackupAsync(data.Database, file, progress: null, stop);

    /// <inheritdoc/>
    public bool IsAvailable => options.Backup.Directory.Length > 0 && options.Store.SqlServer.Length == 0;

    /// <inheritdoc/>
    public async Task<Result<string>> MakeAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isMaking, 1) == 1)
        {
            return Busy;
        }
        try
        {
            return await MakeAsync().WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Busy;
        }
    }

    private async Task<Result<string>> MakeAsync()
    {
        try
        {
            var directory = options.Backup.Directory;
            var name =
                $"{Start}{time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}{End}";
            var file = Path.Combine(directory, name);
            Create(directory);
            await Write(file, lifetime.ApplicationStopping);
            foreach (var old in Directory.GetFiles(directory, $"{Start}*{End}").OrderDescending().Skip(Kept))
            {
                File.Delete(old);
            }
            Made(logger, file);
            return name;
        }
        catch (Exception e)
            when (e is MaintenanceException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            NotMade(logger, e);
            return Failed;
        }
        finally
        {
            Volatile.Write(ref _isMaking, 0);
        }
    }

    private static void Create(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
            return;
        }
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [LoggerMessage(
        EventId = 60,
        EventName = "BackupMade",
        Level = LogLevel.Information,
        Message = "A backup that was asked for over the Handle protocol is {File}. The key file is not in it."
    )]
    private static partial void Made(ILogger logger, string file);

    [LoggerMessage(
        EventId = 61,
        EventName = "BackupNotMade",
        Level = LogLevel.Error,
        Message = "A backup that was asked for over the Handle protocol was not made (Backup:Directory)."
    )]
    private static partial void NotMade(ILogger logger, Exception cause);
}
