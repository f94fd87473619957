using System.CommandLine;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Partners;

/// <summary><c>partner add</c>: makes a partner, or changes it as a whole.</summary>
internal sealed class PartnerAddCommand
{
    private readonly Argument<string> _code = new("CODE")
    {
        Description = "The code, 1 to 64 of a-z, 0-9 and hyphens. It never changes.",
    };

    private readonly Option<string> _name = new("--name") { Description = "What it is called.", HelpName = "NAME" };

    private readonly Option<string> _nameZh = new("--name-zh")
    {
        Description = "What it is called in Chinese.",
        HelpName = "NAME",
    };

    private readonly Option<string> _company = new("--company")
    {
        Description = "The identifier of its record of template company.",
        HelpName = "ID",
    };

    private readonly Option<string[]> _groups = new("--group")
    {
        Description = "A group that it is in; may be repeated.",
        HelpName = "GROUP",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create() => new PartnerAddCommand().Build();

    private Command Build() =>
        new Command(
            "add",
            """
            Makes a partner and prints it as JSON. One that is there is changed as a whole, but its code; the same again
            changes nothing. No partner is deleted.

            Example:
              idnode partner add haidong --data ./data --name 'Haidong' --company 88.300.1/COM-0000017 --group customers
            """
        )
        {
            Settings.Data,
            _code,
            _name,
            _nameZh,
            _company,
            _groups,
        }.Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var (name, nameZh) = (parsed.GetValue(_name), parsed.GetValue(_nameZh));
        var partner = new Partner
        {
            Code = parsed.GetRequiredValue(_code),
            Names = name is null && nameZh is null ? null : new Names(name, nameZh),
            Company = parsed.GetValue(_company),
            Groups = parsed.GetValue(_groups) ?? [],
        };
        using var node = await Settings.OpenNodeAsync(parsed);
        var saved = await node.Get<PartnerEditor>().SaveAsync(partner, Caller.CommandLine, cancellationToken);
        if (!saved.TryGet(out var kept, out var error))
        {
            return terminal.Refuse(error);
        }
        await terminal.Out.WriteLineAsync(
            IndentedJson.Write(writer =>
                JsonSerializer.Serialize(writer, PartnerBody.Of(kept.Partner), RestJson.Default.PartnerBody)
            )
        );
        return ExitCode.Done;
    }
}
