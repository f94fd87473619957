using System.Diagnostics;
using System.Text;
using System.Text.Json;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>
/// A gRPC library of other people behind a program of ours, which makes cases and reports each as a line of JSON.
/// </summary>
internal sealed class ClientProgram(string client)
{
    /// <summary>The standard services as their authors publish them.</summary>
    public const string StandardProtos = "/usr/share/grpc-proto";

    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(5);
    private static readonly string s_folder = RepositoryFolder.PathOf(
        "tests",
        "IdResolution.Server.Tests",
        "Grpc",
        "Clients"
    );

    private readonly Dictionary<string, ClientResult> _results = [];
    private readonly StringBuilder _errors = new();

    /// <summary>What the program said, by case.</summary>
    public IReadOnlyDictionary<string, ClientResult> Results => _results;

    /// <summary>How the program ended, for cases that it did not report.</summary>
    public string Ending { get; private set; } = "It did not run.";

    /// <summary>What is missing for the program to run, with the way to get it; null where nothing is.</summary>
    public string? Missing =>
        client switch
        {
            _ when !Directory.Exists(StandardProtos) => $"There is no {StandardProtos} (package grpc-proto).",
            "node" when !Tool.Exists("node") => "Not on the path: node (packages nodejs, npm).",
            "node" when !Directory.Exists(Path.Combine(s_folder, "node", "node_modules", "@grpc", "grpc-js")) =>
                "@grpc/grpc-js is not installed: run npm ci in tests/IdResolution.Server.Tests/Grpc/Clients/node.",
            "python"
                when new[] { "protoc", "grpc_python_plugin" }.Where(tool => !Tool.Exists(tool)).ToList()
                    is { Count: > 0 } tools =>
                $"Not on the path: {string.Join(", ", tools)} (packages protobuf-compiler, protobuf-compiler-grpc).",
            "python"
                when !File.Exists(Python) || Tool.Run(Python, "-c", "import grpc, google.protobuf").ExitCode != 0 =>
                $"{Python} has no grpc (packages python3-grpcio, python3-protobuf).",
            _ => null,
        };

    /// <summary>Runs a group of cases to its end.</summary>
    /// <param name="group">The file that holds them.</param>
    /// <param name="config">What the program must know.</param>
    /// <param name="answer">Does what the program asks for, by name.</param>
    public async Task RunAsync(string group, object config, Func<string, JsonElement, Task<object?>> answer)
    {
        string[] command =
            client == "node"
                ? ["node", Path.Combine(s_folder, "node", "main.mjs")]
                : [Python, "-B", Path.Combine(s_folder, "python", "main.py")];
        using var process = Process.Start(
            new ProcessStartInfo(command[0], [.. command[1..], group])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
        using var timeout = new CancellationTokenSource(s_timeout);
        try
        {
            await SayAsync(process, config);
            while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
            {
                await TakeAsync(process, JsonDocument.Parse(line).RootElement, answer);
            }
            await process.WaitForExitAsync(timeout.Token);
            Ending = $"It ended with exit code {process.ExitCode}.";
        }
        catch (OperationCanceledException)
        {
            Ending = $"It did not end within {s_timeout.TotalMinutes} minutes.";
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
        lock (_errors)
        {
            Ending = $"{Ending} {_errors}";
        }
    }

    private async Task TakeAsync(Process process, JsonElement line, Func<string, JsonElement, Task<object?>> answer)
    {
        if (line.TryGetProperty("case", out var name))
        {
            _results[name.GetString()!] = line.Deserialize<ClientResult>(JsonSerializerOptions.Web)!;
            return;
        }
        try
        {
            await SayAsync(
                process,
                new { answer = await answer(line.GetProperty("ask").GetString()!, line.GetProperty("value")) }
            );
        }
        catch (Exception e) when (e is not IOException)
        {
            // The case that asked fails, with this text.
            await SayAsync(process, new { error = e.ToString() });
        }
    }

    private static async Task SayAsync(Process process, object message)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(message));
        await process.StandardInput.FlushAsync();
    }
}
