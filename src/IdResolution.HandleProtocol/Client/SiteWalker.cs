using System.Text;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>
/// Resolves handles of any prefix. It asks the roots, or a recursive node, which servers are responsible, and then asks
/// those servers. Thread-safe.
/// </summary>
/// <param name="transport">Sends the requests; the caller disposes it.</param>
/// <param name="settings">Where walks start, and what limits them.</param>
/// <param name="time">The clock for time limits and cached answers.</param>
public sealed class SiteWalker(HandleTransport transport, WalkSettings settings, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly WalkCache _cache = new(settings, time ?? TimeProvider.System);

    /// <summary>Resolves the public values of a handle, within <see cref="WalkSettings.TimeLimit"/>.</summary>
    /// <param name="handle">The handle; text without a slash is taken for a prefix.</param>
    /// <param name="indexes">The indexes wanted.</param>
    /// <param name="types">The types wanted; with no index and no type, all values are.</param>
    /// <param name="observer">Is told each step; null for nobody.</param>
    /// <param name="cancel">Cancels the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public async Task<WalkResult> ResolveAsync(
        string handle,
        IReadOnlyList<int> indexes,
        IReadOnlyList<string> types,
        IWalkObserver? observer,
        CancellationToken cancel
    )
    {
        if (handle.Length == 0 || Encoding.UTF8.GetByteCount(handle) > MessageLimits.MaxHandleLength)
        {
            return WalkResult.Failed(
                ResponseCode.InvalidHandle,
                $"A handle has 1 to {MessageLimits.MaxHandleLength} bytes."
            );
        }
        if (settings.RecursiveNode is null && settings.Roots.Count == 0)
        {
            return WalkResult.Failed(
                ResponseCode.OperationNotSupported,
                "No root site and no recursive node is configured."
            );
        }
        using var patience = new CancellationTokenSource(settings.TimeLimit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            return await new Walk(transport, settings, _cache, observer, both.Token).ResolveAsync(
                new WalkQuestion(HandleName.Qualify(handle), indexes, types)
            );
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return WalkResult.Failed(
                ResponseCode.ClientTimeout,
                $"The walk took longer than {settings.TimeLimit.TotalSeconds:0.###} s."
            );
        }
    }
}
