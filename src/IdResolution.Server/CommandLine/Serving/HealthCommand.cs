using System.CommandLine;
using System.Net;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Serving;

/// <summary>
/// <c>health</c>: asks a serving node if it takes traffic. It is for images that have neither shell nor curl.
/// </summary>
internal static class HealthCommand
{
    // Less than the usual limit of health checks (5 s), so that the reason can still be printed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public static Command Create()
    {
        var url = new Option<string>("--url")
        {
            Description =
                "What is asked, /readyz where it names no path; an answer 2xx is healthy. Default: /readyz of the "
                + "node on this machine, where setting Http says that it listens.",
            HelpName = "URL",
        };
        var command = new Command(
            "health",
            """
            Asks a node that serves whether it takes traffic, and prints its answer. Exit code 0 where it does, 1 where
            it does not or does not answer within 4 seconds.

            Example:
              idnode health --url http://127.0.0.1:8080/healthz
            """
        )
        {
            url,
        };
        return command.Doing(
            (parsed, terminal, cancellationToken) =>
                AskAsync(Target(parsed.GetValue(url), parsed.Environment()), terminal, cancellationToken)
        );
    }

    private static Uri Target(string? given, CommandEnvironment environment)
    {
        if (given is null)
        {
            NodeOptions.TryEndPoint(Settings.Read(environment, []).Options.Http, out var bound);
            given = $"http://{new IPEndPoint(Reachable(bound.Address), bound.Port)}/readyz";
        }
        if (!Uri.TryCreate(given, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new OperatorException(
                $"--url: '{given}' must be an http or https URL, such as http://127.0.0.1:8080/readyz.",
                $"--url：'{given}' 应为 http 或 https URL，例如 http://127.0.0.1:8080/readyz。"
            );
        }
        return url.PathAndQuery == "/" ? new Uri(url, "/readyz") : url;
    }

    private static async Task<int> AskAsync(Uri url, Terminal terminal, CancellationToken cancellationToken)
    {
        // The node is near: do not use a proxy from the environment.
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(url, cancellationToken);
            terminal.Out.WriteLine((await answer.Content.ReadAsStringAsync(cancellationToken)).TrimEnd());
            return answer.IsSuccessStatusCode ? ExitCode.Done : ExitCode.Refused;
        }
        catch (Exception e)
            when ((e is HttpRequestException or TaskCanceledException) && !cancellationToken.IsCancellationRequested)
        {
            terminal.Explain($"{url} does not answer: {e.Message}", $"{url} 无应答：{e.Message}");
            return ExitCode.Refused;
        }
    }

    /// <summary>The address at which a bound address is reached: loopback for "any".</summary>
    private static IPAddress Reachable(IPAddress bound)
    {
        if (bound.Equals(IPAddress.Any))
        {
            return IPAddress.Loopback;
        }
        return bound.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : bound;
    }
}
