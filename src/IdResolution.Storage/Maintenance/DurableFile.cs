using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace IdResolution.Storage.Maintenance;

/// <summary>
/// Operations that the framework lacks, for files that must survive a power cut: flushing directories, and hard links.
/// </summary>
internal static class DurableFile
{
    /// <summary>Flushes the content of a file to disk.</summary>
    public static void Flush(string file)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Flushes a file's directory, which makes a rename durable. Windows does this by itself.</summary>
    public static void FlushDirectoryOf(string file)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        var directory = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var descriptor = open(Utf8(directory), 0);
        if (descriptor < 0)
        {
            throw new IOException($"{directory} cannot be opened: {LastError()}");
        }
        var code = fsync(descriptor);
        var error = LastError();
        _ = close(descriptor);
        if (code != 0)
        {
            throw new IOException($"{directory} cannot be flushed: {error}");
        }
    }

    /// <summary>Gives a file a second name (a hard link). False if that is impossible, as on Windows.</summary>
    public static bool TryLink(string file, string name) =>
        !OperatingSystem.IsWindows() && link(Utf8(file), Utf8(name)) == 0;

    private static byte[] Utf8(string path) => Encoding.UTF8.GetBytes(path + "\0");

    private static string LastError() => new Win32Exception(Marshal.GetLastPInvokeError()).Message;

    [DllImport("libc", SetLastError = true)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(int descriptor);

    [DllImport("libc")]
    private static extern int close(int descriptor);

    [DllImport("libc", SetLastError = true)]
    private static extern int link(byte[] file, byte[] name);
}
