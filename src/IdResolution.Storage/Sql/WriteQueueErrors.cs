using IdResolution.Core.Errors;

namespace IdResolution.Storage.Sql;

/// <summary>The errors for callers whose writes a writer does not accept.</summary>
internal static class WriteQueueErrors
{
    /// <summary>The error if the queue is full or the node is stopping.</summary>
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
    /// The error if a step in code is running on the store, or a step ran that this node does not know. This node would
    /// write data in the wrong form.
    /// </summary>
    public static StoreException Migrating() =>
        new(
            Error.Of(
                ErrorCode.Unavailable,
                "The database is being migrated, or was by a newer idnode; nothing was written. Reading goes on. "
                    + "Migrations are finished by: idnode migrate, of the newest version on the database.",
                "数据库正在迁移，或已由更新版本的 idnode 迁移，未写入任何数据；读取不受影响。"
                    + "请用该数据库所用的最新版本执行 idnode migrate 完成迁移。"
            ),
            null
        );

    /// <summary>The error for who looks for business keys while a step in code writes their table.</summary>
    public static StoreException KeysMigrating() =>
        new(
            Error.Of(
                ErrorCode.Unavailable,
                "The database is being migrated: items are found by identifier, and by business key when it is done.",
                "数据库正在迁移：目前只能按标识查找，迁移完成后才能按业务主键查找。"
            ),
            null
        );

    /// <summary>The error if the connection was lost during a commit, and nobody knows whether it was stored.</summary>
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
