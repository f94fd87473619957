namespace IdResolution.Storage.Maintenance;

/// <summary>
/// A file that a verb writes or takes up again, in a directory that others may be able to write to. What lies there
/// under its name is never written through: neither the target of a link, nor another name of a file.
/// </summary>
public static class VerbFile
{
    /// <summary>
    /// Makes a file anew, for its owner alone. What has the name, a link too, is removed. Where somebody makes it again
    /// in that moment, this fails: an existing file is never opened.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    public static FileStream Create(string path)
    {
        File.Delete(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            // It may be renamed while it is written.
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 1 << 16,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return new FileStream(path, options);
    }

    /// <summary>Replaces a file in one step. It is not flushed to disk.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="content">The whole content.</param>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var made = Unused(path);
        using (var stream = Create(made))
        {
            stream.Write(content);
        }
        File.Move(made, path, overwrite: true);
    }

    /// <summary>
    /// Goes on with a file after its first bytes. They are copied into a new file that takes its place, so that nothing
    /// is written to what lies there. The copy is only as good as who can write there: whatever counts must be
    /// authenticated.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="length">How many bytes of it stay.</param>
    /// <exception cref="MaintenanceException">The file is a link, or shorter.</exception>
    public static FileStream GoOn(string path, long length)
    {
        if (!CanGoOn(path, length))
        {
            throw new MaintenanceException($"{path} is a link, or too short.", $"{path} 是链接，或长度不足。");
        }
        var made = Unused(path);
        var stream = Create(made);
        try
        {
            using (var old = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
            {
                var part = new byte[1 << 16];
                for (var left = length; left > 0; )
                {
                    var read = (int)Math.Min(part.Length, left);
                    old.ReadExactly(part, 0, read);
                    stream.Write(part, 0, read);
                    left -= read;
                }
            }
            File.Move(made, path, overwrite: true);
            return stream;
        }
        catch
        {
            stream.Dispose();
            File.Delete(made);
            throw;
        }
    }

    private static string Unused(string path) => $"{path}.{Guid.NewGuid():N}.tmp";

    /// <summary>True if there is a file with at least so many bytes, and it is no link.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="length">The least length.</param>
    public static bool CanGoOn(string path, long length) =>
        new FileInfo(path) is { Exists: true, LinkTarget: null } file && file.Length >= length;

    /// <summary>The content of a file; null where there is none, it is a link, or it is longer than allowed.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="most">The greatest length in bytes.</param>
    public static byte[]? Find(string path, int most) =>
        // A pipe, on which reading would wait, has no length.
        new FileInfo(path)
            is { Exists: true, LinkTarget: null, Length: > 0 } file
        && file.Length <= most
            ? File.ReadAllBytes(path)
            : null;
}
