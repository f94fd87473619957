using System.CommandLine;
using IdResolution.Server.CommandLine;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class HelpTests : CommandLineFixture
{
    [Test]
    public void Help_EveryVerb_TeachesByExample() =>
        Assert.That(
            All(IdnodeCommand.Create())
                .Where(c =>
                    c is not RootCommand
                    && c.Description?.Contains(
                        "idnode "
                            + c.Parents.OfType<Command>()
                                .Aggregate(c.Name, (name, p) => p is RootCommand ? name : $"{p.Name} {name}"),
                        StringComparison.Ordinal
                    ) != true
                )
                .Select(c => c.Name),
            Is.Empty
        );

    [Test]
    public void Help_EveryOptionAndArgument_IsDescribed() =>
        Assert.That(
            All(IdnodeCommand.Create())
                .SelectMany(c => c.Options.Cast<Symbol>().Concat(c.Arguments))
                .Where(s => string.IsNullOrWhiteSpace(s.Description))
                .Select(s => s.Name),
            Is.Empty
        );

    [TestCase("--help")]
    [TestCase("import", "--help")]
    public async Task Help_Asked_IsPrinted(params string[] args)
    {
        var ran = await RunAsync(args);

        Assert.That(ran.Code, Is.Zero);
        Assert.That(ran.Output, Does.Contain("idnode import"));
    }

    [Test]
    public async Task Version_Asked_IsPrintedAlone() =>
        Assert.That(await DoAsync("--version"), Does.Match(@"^\d+\.\d+\.\d+\S*\s*$"));

    [Test]
    public async Task Verb_Unknown_PointsToTheHelp()
    {
        var ran = await RunAsync("serv");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("serv").And.Contain("idnode --help"));
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);
}
