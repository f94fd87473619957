using IdResolution.Core.Errors;

namespace IdResolution.Storage.Sql;

/// <summary>What callers are told whose writes a writer does not take.</summary>
internal static class Refusals
{
    /// <summary>The queue is full, or the node stops.</summary>
    public static StoreException Of(bool stopping) =>
        new(
            stopping
                ? Error.Of(
                    ErrorCode.Unavailable,
                    "The node is stopping; nothing was written.",
                    "节点正在停止，未写入任何数据。"
                )
                : Error.Of(
                    ErrorCode.Unavailable,
                    "Too many writes are waiting; nothing was written. Try again later.",
                    "等待写入的请求过多，未写入任何数据，请稍后重试。"
                ),
            null
        );

    /// <summary>
    /// The connection was lost at the moment of commit, and the database has not come back to say what became of it.
    /// </summary>
    public static StoreException Unknown(Exception? cause) =>
        new(
            Error.Of(
                ErrorCode.Unavailable,
                "The connection to the database was lost before it confirmed the write; it may or may not be "
                    + "stored. Send it again: what is stored already is answered as such.",
                "数据库在确认写入之前断开连接，数据可能已写入，也可能未写入。请重新发送：已写入的数据会如实答复。"
            ),
            cause
        );
}
