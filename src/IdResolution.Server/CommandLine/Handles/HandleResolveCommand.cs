using System.CommandLine;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary><c>handle resolve</c>: prints the values of a handle.</summary>
internal static class HandleResolveCommand
{
    public static Command Create()
    {
        var question = new HandleResolveOptions();
        var command = new Command(
            "resolve",
            """
            Prints the values of a handle, of any prefix: asks one server, or finds out from the roots or through a
            recursive node who holds it. Without --server the settings Foreign:Recursive and Foreign:Roots say whom to
            ask; no data directory is needed. A value is a line: its index, type, TTL in seconds, permissions
            (administrators' rw, everyone's rw), time of change, and its data, decoded where the type is known. Exit
            code 1 where there is no such handle, or nobody answers.

            Examples:
              idnode handle resolve 88.300.15907541011/PEM-260301-00001K --server 127.0.0.1:2641
              idnode handle resolve 88.300.2/B1 --root 203.0.113.30:2641 --type URL
              idnode handle resolve 0.NA/88.300.1 --recursive 203.0.113.20:2641 --json
              idnode handle resolve 88.300.1/ADMIN --server 127.0.0.1:2641 --auth 300:88.300.1/ADMIN \
                --secret-file secret.txt
            """
        );
        question.AddTo(command);
        return command.Doing(
            async (parsed, terminal, cancellationToken) =>
            {
                using var asking = question.Open(parsed);
                var (handle, result, _) = await asking.AskAsync(null, cancellationToken);
                return HandleResolveOutput.Print(terminal, handle, result, null, asking.IsJson);
            }
        );
    }
}
