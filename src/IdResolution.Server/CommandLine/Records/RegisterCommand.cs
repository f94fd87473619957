using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Core.Views;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Records;

/// <summary><c>register</c>: registers one item.</summary>
internal sealed class RegisterCommand
{
    private readonly Option<string> _template = new("--template")
    {
        Description = "The template's code, such as membrane-roll.",
        HelpName = "T",
        Required = true,
    };

    private readonly Option<string> _identifier = new("--identifier")
    {
        Description = "The identifier, prefix/suffix. Default: the template's coding rule gives one.",
        HelpName = "ID",
    };

    private readonly Option<string> _source = new("--source")
    {
        Description = "The system the item comes from, such as mes.",
        HelpName = "S",
    };

    private readonly Option<string> _sourceKey = new("--source-key")
    {
        Description = "The item's key in that system: the same key again is the same item.",
        HelpName = "KEY",
    };

    private readonly Option<string[]> _attributes = new("--attribute")
    {
        Description = "A value, CODE=VALUE; the same code again gives a repeated attribute its next value.",
        HelpName = "CODE=VALUE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _reinstate = new("--reinstate")
    {
        Description = "Bring back a revoked identifier with these values.",
    };

    public static Command Create() => new RegisterCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "register",
            """
            Registers one item and prints its record as JSON. Registering the same again changes nothing.

            Example:
              idnode register --data ./data --template membrane-roll --source mes --source-key R-0815 \
                --attribute thickness=15 --attribute result=pass
            """
        )
        {
            Settings.Data,
            _template,
            _identifier,
            _source,
            _sourceKey,
            _attributes,
            _reinstate,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var request = new RegistrationRequest
        {
            Template = parsed.GetRequiredValue(_template),
            Identifier = parsed.GetValue(_identifier),
            Source = parsed.GetValue(_source),
            SourceKey = parsed.GetValue(_sourceKey),
            Attributes = ReadAttributes(parsed.GetValue(_attributes) ?? []),
            Reinstate = parsed.GetValue(_reinstate),
        };
        using var node = await Settings.OpenNodeAsync(parsed);
        var registered = await node.Get<Registrar>().RegisterAsync(request, Caller.CommandLine, cancellationToken);
        if (!registered.TryGet(out var result, out var error))
        {
            return terminal.Refuse(error);
        }
        if (result.Outcome == WriteOutcome.Same)
        {
            terminal.Explain("It was registered before; nothing is changed.", "此前已注册，未作修改。");
        }
        terminal.Out.WriteLine(
            RecordPrinter.ToJson(RecordReader.Read(result.Record, node.Get<CatalogHolder>().Current, Projection.Admin))
        );
        return ExitCode.Done;
    }

    private static List<KeyValuePair<string, InputValue>> ReadAttributes(string[] given)
    {
        var pairs = given.Select(text =>
            text.IndexOf('=', StringComparison.Ordinal) is var at and > 0
                ? (Code: text[..at], Value: InputValue.OfText(text[(at + 1)..]))
                : throw new OperatorException(
                    $"--attribute: '{text}' must be CODE=VALUE.",
                    $"--attribute：'{text}' 应为 代码=值。"
                )
        );
        return
        [
            .. pairs
                .GroupBy(p => p.Code, p => p.Value)
                .Select(g => KeyValuePair.Create(g.Key, g.Count() == 1 ? g.Single() : InputValue.OfList([.. g]))),
        ];
    }
}
