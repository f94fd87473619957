using System.Diagnostics;
using System.Runtime.InteropServices;

namespace IdResolution.Benchmarks.Reporting;

/// <summary>Where and what was measured.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var model = Find("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = long.Parse((Find("/proc/meminfo", "MemTotal") ?? "0 kB").Split(' ')[0]) / (1 << 20);
        return $"{Environment.ProcessorCount} cores of {model}, {memory} GiB, {RuntimeInformation.OSDescription}, Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, {RuntimeInformation.FrameworkDescription}";
    }

    /// <summary>The commit of the working tree, marked where files differ from it.</summary>
    public static string Commit()
    {
        using var process = Process.Start(
            new ProcessStartInfo("git", ["describe", "--always", "--dirty", "--abbrev=12"])
            {
                RedirectStandardOutput = true,
            }
        );
        return process?.StandardOutput.ReadToEnd().Trim() ?? "unknown";
    }

    private static string? Find(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
