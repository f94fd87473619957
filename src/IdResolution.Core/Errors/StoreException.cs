namespace IdResolution.Core.Errors;

/// <summary>
/// Thrown if the store failed: no room, not reachable, read-only. Front ends answer with <see cref="Error"/>. The cause
/// is only for the node's log.
/// </summary>
public sealed class StoreException : Exception
{
    /// <summary>Wraps the exception of a database driver, if there is one.</summary>
    public StoreException(Error error, Exception? cause)
        : base(error?.Message.En, cause) => Error = error!;

    /// <summary>The error for the caller.</summary>
    public Error Error { get; }

    /// <summary>There is no room left. Reading still works.</summary>
    public static StoreException Full(Exception cause) =>
        new(
            Error.Of(
                ErrorCode.StorageFull,
                "There is no room left for the database; nothing was written. Reading goes on.",
                "数据库空间已满，未写入任何数据；读取不受影响。"
            ),
            cause
        );

    /// <summary>The store does not answer, or takes no writes at the moment.</summary>
    public static StoreException Unavailable(Exception? cause) =>
        new(
            Error.Of(
                ErrorCode.Unavailable,
                "The database cannot be used now; nothing was written. Try again later.",
                "数据库暂不可用，未写入任何数据，请稍后重试。"
            ),
            cause
        );
}
