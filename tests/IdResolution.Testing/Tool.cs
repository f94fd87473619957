using System.Diagnostics;

namespace IdResolution.Testing;

/// <summary>Programs of other people that tests check our output with.</summary>
public static class Tool
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(2);

    /// <summary>True when the program is on the path.</summary>
    public static bool Exists(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>Runs a program to its end and returns all it wrote.</summary>
    /// <exception cref="TimeoutException">It took longer than 30 seconds and was ended.</exception>
    public static (int ExitCode, byte[] StdOut, string StdErr) Run(string file, params string[] args) =>
        Run(s_timeout, "", file, args);

    /// <summary>Runs a program in a folder, for as long as it may take.</summary>
    /// <exception cref="TimeoutException">It took longer and was ended.</exception>
    public static (int ExitCode, byte[] StdOut, string StdErr) Run(
        TimeSpan timeout,
        string folder,
        string file,
        params string[] args
    )
    {
        using var process = Process.Start(
            new ProcessStartInfo(file, args)
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        process.StandardInput.Close();
        using var output = new MemoryStream();
        // Both pipes at once, or a full one stops the program.
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        var errors = process.StandardError.ReadToEndAsync();
        if (!Task.WaitAll([reading, errors], timeout) || !process.WaitForExit(timeout))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{file} did not end within {timeout.TotalSeconds} seconds.");
        }
        return (process.ExitCode, output.ToArray(), errors.Result);
    }
}
