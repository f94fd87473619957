using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Http;

namespace IdResolution.Server.Handle.Operations;

/// <summary>How an operation ended.</summary>
/// <param name="Code">The response code.</param>
/// <param name="Message">For people, where it failed.</param>
internal record Outcome(ResponseCode Code, string Message = "")
{
    /// <summary>Done, and nothing more to say.</summary>
    public static Outcome Done { get; } = new(ResponseCode.Success);

    /// <summary>Whether it was done.</summary>
    public bool IsOk => Code == ResponseCode.Success;

    /// <summary>The record was changed by somebody else since rights were judged: to be done again.</summary>
    public static Outcome Conflict { get; } =
        new(ResponseCode.Error, "The handle is being changed by others; try again.");

    /// <summary>What the core answered.</summary>
    public static Outcome Of<T>(Result<T> result) => result.IsOk ? Done : Of(result.Error);

    /// <summary>A refusal of the core.</summary>
    public static Outcome Of(Error error) =>
        error.Code == ErrorCode.VersionConflict
            ? Conflict
            : new(
                ErrorMap.HandleCode(error.Code),
                error.Details.Count > 1 ? string.Join(' ', error.Details.Select(d => d.Message.En)) : error.Message.En
            );
}
