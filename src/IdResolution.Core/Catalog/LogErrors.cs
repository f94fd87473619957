using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Catalog;

/// <summary>Errors about the log as a whole.</summary>
public static class LogErrors
{
    /// <summary>A text is no cursor.</summary>
    public static Error NoCursor() =>
        Error.Of(
            ErrorCode.InvalidValue,
            "after must be a cursor as this node gave it (next), or a sequence number.",
            "after 应为本节点给出的游标（next）或序号。",
            "after"
        );

    /// <summary>A cursor is not one of this log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="after">The last entry that the follower has read and that is the same here.</param>
    public static Error Restarted(LogName log, long after)
    {
        var from = new LogCursor(log.Number, after);
        return Error.Of(
            ErrorCode.LogRestarted,
            $"The cursor is not one of the log {log}, or lies beyond its end: the log began anew, such as after a "
                + $"restore. Up to {from} it is that of every log before. Go on after {from}, and forget the rest.",
            $"游标不属于日志 {log}，或超出其末尾：日志已重新开始（例如从备份恢复之后）。{from} 及之前与此前所有日志相同，"
                + "请从该处之后继续，并舍弃其后的内容。",
            "after"
        ) with
        {
            Resume = new ResumePoint(log.ToString(), from.ToString()),
        };
    }

    /// <summary>The file of the embedded store is not where it was when it was opened.</summary>
    public static Error StoreMoved() =>
        Error.Of(
            ErrorCode.Unavailable,
            "The database file was moved, deleted or replaced while the node runs: nothing was written. Stop the node, "
                + "put the file back that it shall go on with, and start it.",
            "节点运行期间数据库文件被移动、删除或替换，未写入任何数据。请停止节点，放回应使用的文件后重新启动。"
        );

    /// <summary>The store came back from a backup, and its log was not restarted yet.</summary>
    public static Error StoreRestored() =>
        Error.Of(
            ErrorCode.StoreRestored,
            "The store came back from a backup: nothing was written. Reading goes on with what the backup holds, until "
                + "an administrator begins a new log.",
            "存储已从备份恢复，未写入任何数据；在管理员开始新日志之前，可继续读取备份中的数据。"
        ) with
        {
            Hint = new Text("Run: idnode log restart.", "请执行：idnode log restart。"),
        };
}
