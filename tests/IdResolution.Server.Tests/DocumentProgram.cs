using System.Diagnostics;
using System.Text.RegularExpressions;
using IdResolution.Testing;

namespace IdResolution.Server.Tests;

/// <summary>Runs the programs of a document as it says.</summary>
internal static partial class DocumentProgram
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(8);

    /// <summary>
    /// Writes the document's files to an empty folder and runs the commands of one of its blocks there; gives their
    /// standard output.
    /// </summary>
    /// <param name="document">
    /// The document: files and scripts are blocks whose opening names them, such as <c>```js client.js</c> and <c>```sh
    /// node</c>.
    /// </param>
    /// <param name="name">The block of commands.</param>
    /// <param name="adapt">Puts addresses in place.</param>
    /// <param name="environment">Variables that the document says are there.</param>
    public static async Task<string> RunAsync(
        string document,
        string name,
        Func<string, string> adapt,
        params (string Name, string Value)[] environment
    )
    {
        using var folder = new TemporaryDirectory();
        var script = "";
        foreach (Match block in Block().Matches(document))
        {
            var (title, text) = (block.Groups[1].Value, block.Groups[2].Value);
            if (title == name)
            {
                script = adapt(text);
            }
            else if (title.Contains('.', StringComparison.Ordinal))
            {
                await File.WriteAllTextAsync(Path.Combine(folder.Path, title), text);
            }
        }
        Assert.That(script, Is.Not.Empty);
        var start = new ProcessStartInfo("sh", ["-e", "-c", script])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }
        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(s_patience);
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        Assert.That(process.ExitCode, Is.Zero, await errors);
        return await output;
    }

    [GeneratedRegex(@"^```\w+ (\S+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
