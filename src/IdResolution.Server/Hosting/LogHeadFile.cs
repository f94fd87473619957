using System.Text;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;

namespace IdResolution.Server.Hosting;

/// <summary>
/// The file <c>log.head</c> in the data directory: the furthest entry of the log that was seen here. A store that lacks
/// the entry came back from a backup. Used by one thread at a time.
/// </summary>
internal sealed class LogHeadFile(DataDirectory directory, LogGuard guard, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private long _writtenAt = long.MinValue;
    private LogPoint? _written;

    private string Path => PathIn(directory);

    /// <summary>What the file says; null where it is missing or damaged.</summary>
    public static LogPoint? Read(DataDirectory directory) =>
        File.Exists(PathIn(directory)) ? LogPoint.Parse(File.ReadAllText(PathIn(directory))) : null;

    /// <summary>Tells the guard what the file says.</summary>
    public void Read() => guard.Hear(Read(directory));

    /// <summary>Writes what the guard knows, at most once a second unless it must be at once.</summary>
    public void Write(bool atOnce = false)
    {
        var isDue = atOnce || _writtenAt == long.MinValue || time.GetElapsedTime(_writtenAt) >= Every;
        if (!isDue || guard.Known is not { } known || known == _written)
        {
            return;
        }
        try
        {
            Write(Encoding.ASCII.GetBytes($"{known}\n"));
            (_written, _writtenAt) = (known, time.GetTimestamp());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk may be full. The tail goes on, and the next look tries again.
        }
    }

    private void Write(byte[] content)
    {
        if (Environment.IsPrivilegedProcess && File.Exists(Path))
        {
            // A file that root makes is root's, and the node, which may run as another user, could not read it.
            using var file = new FileStream(Path, FileMode.Open, FileAccess.Write);
            file.Write(content);
            file.SetLength(content.Length);
            file.Flush(flushToDisk: true);
            return;
        }
        // Renaming replaces the file at once: it is never half written. Two processes may do it.
        var made = $"{Path}.{Environment.ProcessId}";
        try
        {
            using (var file = new FileStream(made, FileMode.Create))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(made, Path, overwrite: true);
        }
        finally
        {
            File.Delete(made);
        }
    }

    private static string PathIn(DataDirectory directory) => System.IO.Path.Combine(directory.Path, "log.head");
}
