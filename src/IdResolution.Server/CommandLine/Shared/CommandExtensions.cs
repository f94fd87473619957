using System.CommandLine;
using System.Data.Common;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>What all verbs share: their environment and the handling of errors.</summary>
internal static class CommandExtensions
{
    public static CommandEnvironment Environment(this ParseResult parsed)
    {
        var environment = ((CommandInvocation)parsed.InvocationConfiguration).Environment;
        // A verb that is run by itself has no such option.
        var option = parsed.RootCommandResult.Command.Options.FirstOrDefault(o => o.Name == Settings.ConfigName);
        return option is not null && parsed.GetResult(option) is { Tokens: [{ Value: var file }] }
            ? environment with
            {
                Config = file,
            }
            : environment;
    }

    /// <summary>
    /// Sets the work of a verb. Errors that only the operator can mend go to standard error without a stack trace.
    /// </summary>
    public static Command Doing(this Command command, Func<ParseResult, Terminal, CancellationToken, Task<int>> work)
    {
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var terminal = new Terminal(parsed);
                Settings.WarnOfUnread(parsed, terminal);
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
                    terminal.Explain(AccessPolicy.Told(e.Error, Caller.CommandLine).Message);
                    return ExitCode.CannotRun;
                }
                catch (ExplainedException e)
                {
                    terminal.Explain(e.Text);
                    return ExitCode.CannotRun;
                }
                catch (FileNotFoundException e) when (e.FileName is not null)
                {
                    terminal.Explain(e.Message, $"文件 {e.FileName} 不存在。");
                    return ExitCode.CannotRun;
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    terminal.Explain(e.Message, $"文件或目录无法使用：{e.Message}");
                    return ExitCode.CannotRun;
                }
                catch (DbException e)
                {
                    terminal.Explain($"The database cannot be used: {e.Message}", $"数据库无法使用：{e.Message}");
                    return ExitCode.CannotRun;
                }
            }
        );
        return command;
    }
}
