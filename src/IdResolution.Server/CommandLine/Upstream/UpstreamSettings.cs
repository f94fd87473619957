using System.CommandLine;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.CommandLine.Upstream;

/// <summary>The settings of the secondary node on the command line, for <c>serve</c> and the verbs here.</summary>
internal static class UpstreamSettings
{
    private const string UrlName = "--upstream-url";
    private const string UserName = "--upstream-user";
    private const string SecretFileName = "--upstream-secret-file";

    /// <summary>Adds the options to a verb.</summary>
    public static Command WithUpstream(this Command command)
    {
        command.Add(
            new Option<string>(UrlName)
            {
                Description =
                    "The secondary node that every change goes up to: the address of its SNMS interface, such as "
                    + "https://snms.example.com:8000. Default: none (setting Upstream:Url).",
                HelpName = "URL",
            }
        );
        command.Add(
            new Option<string>(UserName)
            {
                Description = "The user name, or AccessKey, that it knows this node by (setting Upstream:User).",
                HelpName = "NAME",
            }
        );
        command.Add(
            new Option<string>(SecretFileName)
            {
                Description =
                    "The file with the password, or SecretKey; its last line end is cut (setting "
                    + "Upstream:SecretFile).",
                HelpName = "FILE",
            }
        );
        return command;
    }

    /// <summary>What the command line says of the secondary node, as settings.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Of(ParseResult parsed) =>
        [
            new("Upstream:Url", parsed.GetValue<string>(UrlName)),
            new("Upstream:User", parsed.GetValue<string>(UserName)),
            new("Upstream:SecretFile", parsed.GetValue<string>(SecretFileName)),
        ];

    /// <summary>Opens the node in <c>--data</c> with these settings.</summary>
    public static Task<NodeContainer> OpenNodeAsync(ParseResult parsed) =>
        Settings.OpenNodeAsync(parsed, create: false, prefixes: null, Of(parsed));
}
