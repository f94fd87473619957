using System.Diagnostics;
using System.Runtime.Versioning;
using IdResolution.Server.Tests.Faults;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>
/// What verbs write is their owner's, whatever the mask of whoever runs them, and whatever lay there before. Runs the
/// executable, since the mask is the process'.
/// </summary>
[TestFixture]
[Category(Lane.Process)]
[UnsupportedOSPlatform("windows")]
public sealed class FileModeTests
{
    private const string Prefix = "88.300.1";
    private const UnixFileMode OthersRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    [Test]
    public async Task Files_OfEveryVerbThatWritesSome_AreTheirOwnersAlone()
    {
        using var folder = new TemporaryDirectory();
        var data = folder.File("data");
        await RunAsync("init", "--data", data, "--prefix", Prefix);
        await RunAsync("register", "--data", data, "--template", "mea", "--identifier", $"{Prefix}/A");
        var rows = folder.File("rows.csv");
        await File.WriteAllTextAsync(rows, "Lot,thickness\nL1,no number\n");
        var lines = folder.File("lines.jsonl");
        await File.WriteAllTextAsync(lines, "{\"template\":\"nowhere\"}\n");
        var handles = folder.File("handles.jsonl");
        await File.WriteAllTextAsync(handles, "{\"handle\":\"99.9/x\",\"values\":[]}\n");
        string[] made =
        [
            folder.File("export.csv"),
            folder.File("export.jsonl"),
            folder.File("handles.out"),
            folder.File("pack.json"),
            folder.File("backup.db"),
            folder.File("trace.json"),
            folder.File("events.jsonl"),
            folder.File("audit.jsonl"),
        ];
        foreach (var left in made)
        {
            // What a killed run may have left.
            await File.WriteAllTextAsync(left + ".partial", "");
            File.SetUnixFileMode(left + ".partial", UnixFileMode.UserRead | UnixFileMode.UserWrite | OthersRead);
        }

        await RunAsync("export", "--data", data, "--template", "membrane-roll", "--output", made[0]);
        await RunAsync("export", "--data", data, "--output", made[1]);
        await RunAsync("handle", "export", made[2], "--data", data);
        await RunAsync("template", "export", "--output", made[3], "--data", data);
        await RunAsync("backup", made[4], "--data", data);
        await RunAsync("trace", $"{Prefix}/A", "--output", made[5], "--data", data);
        await RunAsync("events", "list", "--format", "jsonl", "--output", made[6], "--data", data);
        await RunAsync("audit", "export", "--output", made[7], "--data", data);
        await RunAsync(
            "import",
            rows,
            "--data",
            data,
            "--template",
            "membrane-roll",
            "--source",
            "wms",
            "--source-key-column",
            "Lot"
        );
        await RunAsync("import", lines, "--data", data);
        await RunAsync("handle", "import", handles, "--data", data);
        await RunAsync("restore", made[4], "--data", data, "--gap", "0");

        string[] given = [rows, lines, handles, .. made.Select(m => m + ".partial")];
        var written = Directory
            .EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
            .Except(given)
            .ToDictionary(static f => f, File.GetUnixFileMode);
        TestContext.Out.WriteLine(string.Join('\n', written.Select(w => $"{w.Value} {w.Key}")));
        Assert.That(
            written.Keys,
            Is.SupersetOf(made.Where(static m => !m.EndsWith("export.csv", StringComparison.Ordinal)))
        );
        Assert.That(written.Keys.Count(static f => f.Contains(".bad.", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(
            written.Where(static w => (w.Value & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0),
            Is.Empty
        );
    }

    private static async Task RunAsync(params string[] verb)
    {
        var start = new ProcessStartInfo("sh", ["-c", "umask 0; exec \"$@\"", "sh", NodeProcess.Executable, .. verb])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        TestContext.Out.WriteLine($"{string.Join(' ', verb)}: {process.ExitCode}\n{await output}{await error}");
    }
}
