using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>The result of a walk.</summary>
/// <param name="Code">
/// The response code of the last server, or one of these: 2 (cannot go on, or a signature is not valid), 6 (too deep,
/// or in a circle), 601 (no server could be asked), 602 (took too long).
/// </param>
/// <param name="Message">A message for people; empty on success.</param>
/// <param name="Values">The values found; empty unless the walk succeeded.</param>
public sealed record WalkResult(ResponseCode Code, string Message, IReadOnlyList<HandleValue> Values)
{
    /// <summary>True if the handle was found and has values that were wanted.</summary>
    public bool IsSuccess => Code == ResponseCode.Success;

    internal static WalkResult Failed(ResponseCode code, string message) => new(code, message, []);
}
