using System.Text;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>
/// Resolves handles of any prefix: asks the roots, or a node that walks for others, who is responsible, and then who
/// is. For any number of threads.
/// </summary>
/// <param name="transport">Sends; stays the caller's to dispose.</param>
/// <param name="settings">Where walks begin and what bounds them.</param>
/// <param name="time">The clock.</param>
public sealed class SiteWalker(HandleTransport transport, WalkSettings settings, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly WalkCache _cache = new(settings, time ?? TimeProvider.System);

    /// <summary>
    /// Resolves a handle; public values only. Never takes longer than <see cref="WalkSettings.TimeLimit"/>.
    /// </summary>
    /// <param name="handle">The handle; without a slash that of a prefix.</param>
    /// <param name="indexes">Indexes wanted.</param>
    /// <param name="types">Types wanted; with no index and no type all values are.</param>
    /// <param name="observer">Sees the steps.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="OperationCanceledException">Given up by <paramref name="cancel"/>.</exception>
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
