using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace IdResolution.Storage.Maintenance;

/// <summary>
/// What the framework does not offer for files that must survive a power cut: flushing directories, hard links.
/// </summary>
internal static class DurableFile
{
    /// <summary>Flushes a file's content to disk.</summary>
    public static void Flush(string file)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>
    /// Flushes the names of a directory's files: a rename is durable only then. Windows does so by itself.
    /// </summary>
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

    /// <summary>Gives a file a second name; false where the file system cannot.</summary>
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
