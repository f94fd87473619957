using System.Text.Json;
using IdResolution.Server.CommandLine;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary>Runs verbs in process on a directory of their own.</summary>
public abstract class CommandLineFixture
{
    protected const string Prefix = "88.300.1";

    protected string Root { get; private set; } = "";

    /// <summary>The environment's variables, all of them, that verbs are run with.</summary>
    protected Dictionary<string, string> Variables { get; } = [];

    protected string Data => Path.Combine(Root, "data");

    [SetUp]
    public void MakeRoot()
    {
        Root = Directory.CreateTempSubdirectory("idnode-cli-").FullName;
        Variables.Clear();
        Variables["LC_ALL"] = "C.UTF-8";
    }

    [TearDown]
    public void RemoveRoot() => Directory.Delete(Root, recursive: true);

    protected async Task<Ran> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var invocation = new CommandInvocation(new CommandEnvironment(Root, Variables))
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
        };
        var running = IdnodeCommand.RunAsync(args, invocation, CancellationToken.None);
        if (await Task.WhenAny(running, Task.Delay(TimeSpan.FromMinutes(2))) != running)
        {
            Assert.Fail($"'{string.Join(' ', args)}' does not end; it printed:\n{output}{error}");
        }
        return new Ran(await running, output.ToString(), error.ToString());
    }

    /// <summary>Runs a verb that must succeed.</summary>
    protected async Task<string> DoAsync(params string[] args)
    {
        var ran = await RunAsync(args);
        Assert.That(ran.Code, Is.Zero, ran.Error);
        return ran.Output;
    }

    protected Task<string> InitAsync(string? data = null) =>
        DoAsync("init", "--data", data ?? Data, "--prefix", Prefix);

    /// <summary>Makes a template of a JSON list of attributes.</summary>
    protected async Task MakeTemplateAsync(string code, string attributes, string? data = null)
    {
        var rule = $$"""{"code":"{{code}}","pattern":"{{code.ToUpperInvariant()}}-{seq:6}"}""";
        var file = Write(
            $"{code}.json",
            $$"""{"codingRules":[{{rule}}],"templates":[{"code":"{{code}}","codingRule":"{{code}}","attributes":{{attributes}}}]}"""
        );
        await DoAsync("template", "import", file, "--data", data ?? Data);
    }

    protected string Write(string name, string text, bool mark = false)
    {
        var file = Path.Combine(Root, name);
        File.WriteAllText(file, text, new System.Text.UTF8Encoding(mark));
        return file;
    }

    internal Task<NodeContainer> OpenAsync(string? data = null) =>
        NodeContainer.OpenAsync(new NodeOptions { Data = data ?? Data }, create: false, TimeProvider.System);

    /// <summary>The active records of a template, as export gives them.</summary>
    protected async Task<List<JsonElement>> RecordsAsync(string template, string? data = null) =>
        [
            .. (await DoAsync("export", "--data", data ?? Data, "--template", template))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement),
        ];

    protected sealed record Ran(int Code, string Output, string Error)
    {
        public string LastLine => Output.TrimEnd('\n').Split('\n')[^1];
    }
}
