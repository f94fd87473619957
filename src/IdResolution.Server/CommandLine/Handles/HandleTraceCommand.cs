using System.CommandLine;
using System.Globalization;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary><c>handle trace</c>: prints the steps of a handle's resolution, and its values.</summary>
internal static class HandleTraceCommand
{
    public static Command Create()
    {
        var question = new HandleResolveOptions();
        var command = new Command(
            "trace",
            """
            Prints every step of a resolution as it is made: what was asked, of whom, over what, how long it took and
            what came back; then the values. Steps further in are what had to be found out first, such as who holds a
            prefix. It takes what handle resolve takes. Addresses found in records are spoken to only where they are
            public or listed (--allow, setting Foreign:Allowed), as a node does.

            Examples:
              idnode handle trace 88.300.15907541011/PEM-260301-00001K --root 203.0.113.30:2641
              idnode handle trace 88.300.2/B1 --root 127.0.0.1:2641 --allow 127.0.0.1 --tcp
            """
        );
        question.AddTo(command);
        return command.Doing(
            async (parsed, terminal, cancellationToken) =>
            {
                using var asking = question.Open(parsed);
                var steps = new WalkTracePrinter(asking.IsJson ? null : terminal);
                var (handle, result, elapsed) = await asking.AskAsync(steps, cancellationToken);
                if (!asking.IsJson)
                {
                    var time = elapsed.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
                    terminal.Say($"{steps.Steps.Count} steps, {time} ms", $"共 {steps.Steps.Count} 步，{time} ms");
                }
                return HandleResolveOutput.Print(terminal, handle, result, steps, asking.IsJson);
            }
        );
    }
}
