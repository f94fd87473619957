using System.Security.Cryptography;
using IdResolution.Core.Primitives;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting;

/// <summary>
/// The key file, which holds a <see cref="KeyRing"/>. The first start creates it; only its owner may read it.
/// </summary>
internal static class KeyFile
{
    public const string FileName = "secrets.key";

    /// <summary>The path of the key file that the settings name.</summary>
    public static string PathOf(NodeOptions options) => options.Secrets.KeyFile ?? Path.Combine(options.Data, FileName);

    /// <summary>Reads the file. If it is missing, creates it or throws, as <paramref name="create"/> says.</summary>
    /// <exception cref="OperatorException">The file is missing, readable by others, or does not hold a key.</exception>
    public static KeyRing LoadOrCreate(string file, bool create)
    {
        if (!File.Exists(file))
        {
            if (!create)
            {
                throw new OperatorException(
                    $"The key file {file} is missing. Copy it from where the database comes from: without it "
                        + "nothing encrypted can be read.",
                    $"缺少密钥文件 {file}。请从数据库的来源处复制：没有它，无法读取任何加密内容。"
                );
            }
            Create(file);
        }
        if (
            !OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(file) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0
        )
        {
            throw new OperatorException(
                $"The key file {file} must be readable by its owner alone: chmod 600 {file}",
                $"密钥文件 {file} 应仅所有者可读：chmod 600 {file}"
            );
        }
        return KeyRing.TryParse(File.ReadAllText(file), out var ring)
            ? ring
            : throw new OperatorException(
                $"The key file {file} must hold 32 bytes in base64, or the lines that idnode key-file writes.",
                $"密钥文件 {file} 应为 32 字节的 base64，或 idnode key-file 写入的各行。"
            );
    }

    /// <summary>Replaces the content of the file at once: readers see the old one or the new one, whole.</summary>
    public static void Replace(string file, KeyRing ring)
    {
        var temporary = Write(file, ring.ToString());
        File.Move(temporary, file, overwrite: true);
    }

    private static void Create(string file)
    {
        // If two nodes start at once, one whole file remains.
        var temporary = Write(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyRing.KeyLength)) + "\n");
        try
        {
            File.Move(temporary, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Writes a text that only the owner may read beside the file. Gives its name.</summary>
    private static string Write(string file, string text)
    {
        var temporary = $"{file}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using var stream = new FileStream(temporary, options);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
        stream.Flush(flushToDisk: true);
        return temporary;
    }
}
