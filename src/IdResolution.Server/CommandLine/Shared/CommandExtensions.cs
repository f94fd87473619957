using System.CommandLine;
using System.Data.Common;
using IdResolution.Core.Errors;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>What all verbs share around their work.</summary>
internal static class CommandExtensions
{
    /// <summary>The environment that the command line is run in.</summary>
    public static CommandEnvironment Environment(this ParseResult parsed) =>
        ((CommandInvocation)parsed.InvocationConfiguration).Environment;

    /// <summary>
    /// Sets a verb's work. What only the operator can mend is told on standard error without a stack trace.
    /// </summary>
    public static Command Doing(this Command command, Func<ParseResult, Terminal, CancellationToken, Task<int>> work)
    {
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var terminal = new Terminal(parsed);
                try
                {
                    return await work(parsed, terminal, cancellationToken);
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    return ExitCode.Interrupted;
                }
                catch (StoreException e)
                {
                    terminal.Error.WriteLine(e.Error.Message.In(terminal.Language));
                    return ExitCode.CannotRun;
                }
                catch (Exception e)
                    when (e
                            is OperatorException
                                or MaintenanceException
                                or DatabaseUnusableException
                                or IOException
                                or UnauthorizedAccessException
                    )
                {
                    terminal.Error.WriteLine(e.Message);
                    return ExitCode.CannotRun;
                }
                catch (DbException e)
                {
                    terminal.Error.WriteLine($"The database cannot be used: {e.Message}");
                    return ExitCode.CannotRun;
                }
            }
        );
        return command;
    }
}
