using IdResolution.Core.Events;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Pages;

/// <summary>The texts of stories and traces on pages, in both languages.</summary>
internal static class StoryTexts
{
    public static readonly Text Where = new("Where it is", "当前状态");
    public static readonly Text Place = new("Place", "位置");
    public static readonly Text Parent = new("Inside", "所在父件");
    public static readonly Text Position = new("Position", "装配位置");
    public static readonly Text Disposition = new("State", "状态");
    public static readonly Text Incomplete = new("Incomplete", "不完整");
    public static readonly Text Held = new("Held: must not be used", "已冻结，不得使用");
    public static readonly Text HeldItself = new("on this item", "针对本标识");
    public static readonly Text HeldAncestor = new("on something it was made from", "针对其来源物料");
    public static readonly Text Story = new("What happened to it", "事件记录");
    public static readonly Text NoEvents = new("No event names it yet.", "暂无事件提及该标识。");
    public static readonly Text Earlier = new(
        "There are earlier events. All of them: GET /api/v1/events?item=, or idnode story.",
        "另有更早的事件。全部事件：GET /api/v1/events?item= 或 idnode story。"
    );
    public static readonly Text Voided = new("corrected", "已更正");
    public static readonly Text Backward = new("What it was made from", "由什么制成");
    public static readonly Text Forward = new("What was made from it", "制成了什么");
    public static readonly Text WithKey = new("Have a key? It shows more", "持有密钥可查看更多信息");

    public static readonly Text Trace = new("Trace", "追溯");
    public static readonly Text Direction = new("Direction", "方向");
    public static readonly Text BothWays = new("both ways", "双向");
    public static readonly Text At = new("As of", "时点");
    public static readonly Text Drawn = new("Printed", "生成时间");
    public static readonly Text LogNumber = new("Number of the log", "日志序号");
    public static readonly Text Items = new("Items", "标识数");
    public static readonly Text NotComplete = new(
        "NOT COMPLETE: there are more items than these. Trace with a greater budget.",
        "不完整：还有更多标识未列出。请增大 budget 后重新追溯。"
    );
    public static readonly Text Summary = new("By template", "按模板统计");
    public static readonly Text Drawing = new("Drawing of the trace", "追溯图");
    public static readonly Text Findings = new("Findings", "发现的问题");
    public static readonly Text List = new("All items", "全部标识");
    public static readonly Text ListCut = new(
        "Not all are listed here. format=csv has them all.",
        "此处未全部列出，format=csv 包含全部标识。"
    );
    public static readonly Text Generation = new("Generation", "代");
    public static readonly Text Template = new("Template", "模板");
    public static readonly Text Quantity = new("Quantity", "数量");

    private static readonly Dictionary<EventType, Text> s_types = new()
    {
        [EventType.Commission] = new("Commissioned", "启用"),
        [EventType.Transform] = new("Transformed", "加工"),
        [EventType.Assemble] = new("Assembled", "装配"),
        [EventType.Disassemble] = new("Disassembled", "拆解"),
        [EventType.Observe] = new("Observed", "观测"),
        [EventType.Inspect] = new("Inspected", "检验"),
        [EventType.Operate] = new("Operated on", "工序作业"),
        [EventType.Move] = new("Moved", "移动"),
        [EventType.Ship] = new("Shipped", "发货"),
        [EventType.Receive] = new("Received", "收货"),
        [EventType.Cover] = new("Covered by a document", "单据关联"),
        [EventType.Hold] = new("Held", "冻结"),
        [EventType.Release] = new("Released", "放行"),
        [EventType.Install] = new("Installed", "现场安装"),
        [EventType.Replace] = new("Part replaced", "更换部件"),
        [EventType.Service] = new("Serviced", "维修保养"),
        [EventType.Decommission] = new("Decommissioned", "停用"),
        [EventType.Destroy] = new("Destroyed", "销毁"),
        [EventType.Correct] = new("Correction", "更正"),
    };

    private static readonly Dictionary<string, Text> s_members = new(StringComparer.Ordinal)
    {
        ["items"] = new("Items", "标识"),
        ["inputs"] = new("From", "投入"),
        ["outputs"] = new("Made", "产出"),
        ["parent"] = Parent,
        ["children"] = new("Parts", "子件"),
        ["equipment"] = new("Equipment", "设备"),
        ["tools"] = new("Tools", "工装"),
        ["persons"] = new("Persons", "人员"),
        ["documents"] = new("Documents", "单据"),
        ["process"] = new("Process", "工艺"),
        ["step"] = new("Step", "工序"),
        ["place"] = Place,
        ["disposition"] = Disposition,
        ["reason"] = new("Reason", "原因"),
    };

    /// <summary>What happened, by an event's type.</summary>
    public static Text Of(EventType type) => s_types[type];

    /// <summary>The name of an event's member; null for one that the page does not show.</summary>
    public static Text? Member(string name) => s_members.TryGetValue(name, out var text) ? text : null;
}
