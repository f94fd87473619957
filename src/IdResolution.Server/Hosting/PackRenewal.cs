using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Coherence;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Hosting;

/// <summary>
/// Brings a store that was made with a former template pack of the node to the one of today, once a start. Where a
/// template of the pack was changed by hand the start changes nothing, and says what there is to do.
/// </summary>
internal sealed partial class PackRenewal(TemplatePacks packs, LogGuard guard, ILogger<PackRenewal> logger)
{
    private bool _isDone;

    /// <summary>Does it, unless it was done since the start, or the store takes no writes.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (_isDone || guard.IsRestored)
        {
            return;
        }
        var own = FuelCellPack.Whole();
        if (packs.Uses(own))
        {
            await RenewAsync(own, cancellationToken);
        }
        _isDone = true;
    }

    private async Task RenewAsync(OwnPack own, CancellationToken cancellationToken)
    {
        if (!packs.PreviewRenewal(own, [], Caller.Node).TryGet(out var lacking, out var refused))
        {
            PackRefused(logger, refused.Message.En, refused.Message.Zh);
        }
        else if (lacking.Left.Count > 0)
        {
            var left = Text.Join(", ", "、", lacking.Left.Select(Text.Foreign));
            PackChanged(logger, left.En, left.Zh);
        }
        else if (lacking.Count > 0)
        {
            // Of two nodes that start at once the later one finds nothing to do: its edit is made again on what the
            // first one wrote.
            var renewed = await packs.RenewAsync(own, [], Caller.Node, cancellationToken);
            if (renewed.TryGet(out var done, out refused))
            {
                PackRenewed(logger, done.Count);
            }
            else
            {
                PackRefused(logger, refused.Message.En, refused.Message.Zh);
            }
        }
    }

    [LoggerMessage(
        EventId = 112,
        EventName = "PackRenewed",
        Level = LogLevel.Information,
        Message = "The templates of the node's own pack are those of this version: {Count} templates, categories and "
            + "coding rules are new or have a new version. Records keep the version they were made with."
    )]
    private static partial void PackRenewed(ILogger logger, int count);

    [LoggerMessage(
        EventId = 113,
        EventName = "PackChanged",
        Level = LogLevel.Warning,
        Message = "Templates of the node's own pack were changed by hand, lack something of this version's pack, and "
            + "stay as they are: {Templates}. The start changes no templates then. To take the others: idnode template "
            + "import --pack; to add what these lack, and keep the rest of them: --merge CODE. | "
            + "节点自带模板包中的以下模板经人工修改，缺少本版本模板包的部分内容，保持原样：{TemplatesZh}。启动时未更改任何模板。"
            + "更新其余模板：idnode template import --pack；为这些模板补充所缺内容并保留其余部分：--merge CODE。"
    )]
    private static partial void PackChanged(ILogger logger, string templates, string templatesZh);

    [LoggerMessage(
        EventId = 114,
        EventName = "PackRefused",
        Level = LogLevel.Warning,
        Message = "The templates of the node's own pack stay as they are; see idnode template import --pack --dry-run: "
            + "{Reason} | 节点自带模板包未更新，请执行 idnode template import --pack --dry-run 查看：{ReasonZh}"
    )]
    private static partial void PackRefused(ILogger logger, string reason, string reasonZh);
}
