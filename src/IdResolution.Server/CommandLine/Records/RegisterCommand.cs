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

/// <summary><c>register</c>: one item.</summary>
internal static class RegisterCommand
{
    public static Command Create()
    {
        var template = new Option<string>("--template")
        {
            Description = "The template's code, such as membrane-roll.",
            HelpName = "T",
            Required = true,
        };
        var identifier = new Option<string>("--identifier")
        {
            Description = "The identifier, prefix/suffix. Default: the template's coding rule gives one.",
            HelpName = "ID",
        };
        var source = new Option<string>("--source")
        {
            Description = "The system the item comes from, such as mes.",
            HelpName = "S",
        };
        var sourceKey = new Option<string>("--source-key")
        {
            Description = "The item's key in that system: the same key again is the same item.",
            HelpName = "KEY",
        };
        var attributes = new Option<string[]>("--attribute")
        {
            Description = "A value, CODE=VALUE; the same code again gives a repeated attribute its next value.",
            HelpName = "CODE=VALUE",
            AllowMultipleArgumentsPerToken = true,
        };
        var reinstate = new Option<bool>("--reinstate")
        {
            Description = "Bring back a revoked identifier with these values.",
        };
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
            template,
            identifier,
            source,
            sourceKey,
            attributes,
            reinstate,
        };
        return command.Doing(
            async (parsed, terminal, cancellationToken) =>
            {
                var request = new RegistrationRequest
                {
                    Template = parsed.GetRequiredValue(template),
                    Identifier = parsed.GetValue(identifier),
                    Source = parsed.GetValue(source),
                    SourceKey = parsed.GetValue(sourceKey),
                    Attributes = ReadAttributes(parsed.GetValue(attributes) ?? []),
                    Reinstate = parsed.GetValue(reinstate),
                };
                using var node = await Settings.OpenNodeAsync(parsed);
                var registered = await node.Get<Registrar>()
                    .RegisterAsync(request, Caller.CommandLine, cancellationToken);
                if (!registered.TryGet(out var result, out var error))
                {
                    return terminal.Refuse(error);
                }
                if (result.Outcome == WriteOutcome.Same)
                {
                    terminal.Error.WriteLine("It was registered before; nothing is changed.");
                }
                terminal.Out.WriteLine(
                    RecordPrinter.ToJson(
                        RecordReader.Read(result.Record, node.Get<CatalogHolder>().Current, Projection.Admin)
                    )
                );
                return ExitCode.Done;
            }
        );
    }

    private static List<KeyValuePair<string, InputValue>> ReadAttributes(string[] given)
    {
        var pairs = given.Select(text =>
            text.IndexOf('=', StringComparison.Ordinal) is var at and > 0
                ? (Code: text[..at], Value: InputValue.OfText(text[(at + 1)..]))
                : throw new OperatorException($"--attribute: '{text}' must be CODE=VALUE.")
        );
        return
        [
            .. pairs
                .GroupBy(p => p.Code, p => p.Value)
                .Select(g => KeyValuePair.Create(g.Key, g.Count() == 1 ? g.Single() : InputValue.OfList([.. g]))),
        ];
    }
}
