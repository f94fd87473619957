using System.Security.Cryptography;
using IdResolution.Core.Primitives;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting;

/// <summary>The key file: 32 random bytes in base64. The first start creates it; only its owner may read it.</summary>
internal static class KeyFile
{
    public const string FileName = "secrets.key";

    /// <summary>Reads the file. If it is missing, creates it or throws, as <paramref name="create"/> says.</summary>
    /// <exception cref="OperatorException">The file is missing, readable by others, or does not hold a key.</exception>
    public static NodeSecrets LoadOrCreate(string file, bool create)
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
        var bytes = new byte[NodeSecrets.KeyLength];
        if (
            !Convert.TryFromBase64String(File.ReadAllText(file).Trim(), bytes, out var length)
            || length != bytes.Length
        )
        {
            throw new OperatorException(
                $"The key file {file} must hold 32 bytes in base64.",
                $"密钥文件 {file} 应为 32 字节的 base64。"
            );
        }
        var secrets = new NodeSecrets(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return secrets;
    }

    private static void Create(string file)
    {
        // The file is written under another name and then moved. If two nodes start at once, one whole file remains.
        var temporary = $"{file}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(
                System.Text.Encoding.ASCII.GetBytes(
                    Convert.ToBase64String(RandomNumberGenerator.GetBytes(NodeSecrets.KeyLength)) + "\n"
                )
            );
            stream.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(temporary, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(temporary);
        }
    }
}
