using System.Diagnostics;
using System.Text;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Foreign;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>Resolves one handle: asks one server, or walks.</summary>
internal sealed class HandleResolveSession(
    ForeignOptions options,
    string handle,
    IReadOnlyList<int> indexes,
    IReadOnlyList<string> types,
    bool overTcp
) : IDisposable
{
    private readonly HandleTransport _transport = new(
        overTcp ? options.ToTransportSettings() with { MaxUdpPackets = 0 } : options.ToTransportSettings()
    );

    /// <summary>The server to ask; null for a walk.</summary>
    public HandleServer? Server { get; init; }

    /// <summary>Answers the server's challenges; null to read public values only.</summary>
    public IChallengeSigner? Signer { get; init; }

    /// <summary>True to print JSON.</summary>
    public bool IsJson { get; init; }

    public async Task<(string Handle, WalkResult Result, TimeSpan Elapsed)> AskAsync(
        IWalkObserver? observer,
        CancellationToken cancellationToken
    )
    {
        var began = Stopwatch.GetTimestamp();
        var result = Server is null
            ? await new SiteWalker(_transport, options.ToWalkSettings(TimeProvider.System)).ResolveAsync(
                handle,
                indexes,
                types,
                observer,
                cancellationToken
            )
            : await AskAsync(Server, observer, cancellationToken);
        return (handle, result, Stopwatch.GetElapsedTime(began));
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private async Task<WalkResult> AskAsync(
        HandleServer server,
        IWalkObserver? observer,
        CancellationToken cancellationToken
    )
    {
        if (Encoding.UTF8.GetByteCount(handle) > MessageLimits.MaxHandleLength)
        {
            throw new OperatorException(
                $"HANDLE: has at most {MessageLimits.MaxHandleLength} bytes.",
                $"HANDLE：至多 {MessageLimits.MaxHandleLength} 字节。"
            );
        }
        var query = new HandleQuery
        {
            Indexes = indexes,
            Types = types,
            PublicOnly = Signer is null,
            Authoritative = Signer is not null,
        };
        var answer = await new HandleClient(_transport, server, Signer).ResolveAsync(handle, query, cancellationToken);
        var values = answer.Data ?? answer.Referral?.Values ?? [];
        var kind = answer.Code is ResponseCode.ClientTimeout or ResponseCode.ClientChannelError
            ? WalkStepKind.Failed
            : WalkStepKind.Answered;
        observer?.Step(
            new WalkStep(kind, 0, handle, server, answer.Exchange.Attempts, answer.Code, answer.Message, values)
        );
        return new WalkResult(answer.Code, answer.Message, values);
    }
}
