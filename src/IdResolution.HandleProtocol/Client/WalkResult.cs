using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Where a walk ended.</summary>
/// <param name="Code">
/// The response code of the last server, or one of 2 (cannot go on, or a signature does not hold), 6 (too deep, or in a
/// circle), 601 (no server reached), 602 (too long).
/// </param>
/// <param name="Message">For people, where it is no success.</param>
/// <param name="Values">The values; empty where it is no success.</param>
public sealed record WalkResult(ResponseCode Code, string Message, IReadOnlyList<HandleValue> Values)
{
    /// <summary>True where the handle was found with values that were wanted.</summary>
    public bool IsSuccess => Code == ResponseCode.Success;

    internal static WalkResult Failed(ResponseCode code, string message) => new(code, message, []);
}
