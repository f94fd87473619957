using System.CommandLine;

namespace IdResolution.Server.CommandLine.Templates;

/// <summary><c>template</c>: the verbs that write and read templates as files.</summary>
internal static class TemplateCommand
{
    public static Command Create() =>
        new(
            "template",
            """
            Brings templates, with their categories and coding rules, into a node and out of it.

            Example:
              idnode template export --data ./data --template membrane-roll --output membrane.json
              idnode template import --data ./other membrane.json
            """
        )
        {
            TemplateImportCommand.Create(),
            TemplateExportCommand.Create(),
        };
}
