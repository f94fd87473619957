using System.Text.Json;
using IdResolution.Core.Snms;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Simulation;

/// <summary>The envelope of an answer, or the outcome of an item of a batch.</summary>
/// <param name="Status">The status number of the protocol.</param>
/// <param name="Message">Its text.</param>
/// <param name="WriteData">Writes the value of <c>data</c>; null writes null.</param>
internal sealed record Reply(int Status, string Message, Action<Utf8JsonWriter>? WriteData = null)
{
    /// <summary>The answer to a call that only says that it was done.</summary>
    public static Reply Done { get; } = Of(static json => json.WriteBooleanValue(true));

    public static Reply Exists { get; } = Refused(SnmsMessages.Exists);

    /// <summary>There is no such identifier: of one call. An item of a batch has a text of its own.</summary>
    public static Reply NotFound { get; } = Refused(SnmsMessages.NotFound);

    public static Reply NotLoggedIn { get; } = new(SnmsStatus.NotLoggedIn, SnmsMessages.NotLoggedIn);

    public static Reply Failure { get; } = Refused("业务处理失败");

    public static Reply Forbidden { get; } = new(SnmsStatus.Forbidden, "没有权限");

    public static Reply Of(Action<Utf8JsonWriter> writeData) =>
        new(SnmsStatus.Success, SnmsMessages.Success, writeData);

    public static Reply Refused(string message) => new(SnmsStatus.Refused, message);

    public static Reply Missing(string name) => Refused(SnmsMessages.Missing(name));

    public static Reply Misshapen(string name) => Refused($"请求参数格式错误: {name}");

    public static Reply TooLong(string name, int most) => Refused($"请求参数过长: {name}，最多{most}个字符");

    /// <summary>A refusal of a text that is missing or too long; null for one that will do.</summary>
    public static Reply? Faulty(string? text, string name, int most)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Missing(name);
        }
        return text.Length > most ? TooLong(name, most) : null;
    }
}
