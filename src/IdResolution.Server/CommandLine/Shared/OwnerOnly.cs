using System.Runtime.InteropServices;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>
/// Keeps what the process makes to its owner: files 0600, directories 0700, those of SQLite too. The framework has no
/// call for the system's mask of modes.
/// </summary>
internal static class OwnerOnly
{
    private const uint GroupAndOthers = 0x3F;

    /// <summary>Sets the mask for the whole process. Does nothing on Windows.</summary>
    public static void Apply()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = umask(GroupAndOthers);
        }
    }

    [DllImport("libc")]
    private static extern uint umask(uint mask);
}
