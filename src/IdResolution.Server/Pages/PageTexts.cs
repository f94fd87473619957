using IdResolution.Core.Primitives;

namespace IdResolution.Server.Pages;

/// <summary>All fixed texts of the pages, in both languages.</summary>
internal static class PageTexts
{
    public static readonly Text Site = new("Identifier resolution", "标识解析");
    public static readonly Text SiteNote = new("Enterprise identifier node", "标识解析企业节点");
    public static readonly Text Language = new("Language", "语言");
    public static readonly Text Identifier = new("Identifier", "标识");
    public static readonly Text Values = new("Registered information", "标识信息");
    public static readonly Text NoValues = new(
        "There is no information here that is open to you.",
        "暂无对您公开的信息。"
    );
    public static readonly Text Facts = new("About this record", "标识记录");
    public static readonly Text Template = new("Template", "模板");
    public static readonly Text Category = new("Category", "分类");
    public static readonly Text Status = new("Status", "状态");
    public static readonly Text Active = new("Active", "有效");
    public static readonly Text Revoked = new("Revoked", "已注销");
    public static readonly Text Version = new("Version", "版本");
    public static readonly Text Created = new("Registered", "注册时间");
    public static readonly Text Updated = new("Last changed", "更新时间");
    public static readonly Text QrCode = new("QR code of this identifier", "本标识的二维码");
    public static readonly Text Json = new("This record as JSON", "本记录的 JSON 数据");
    public static readonly Text Another = new("Resolve another identifier", "解析其他标识");
    public static readonly Text Stale = new(
        "The node cannot reach its database right now. This is the last copy it holds; it may be out of date.",
        "节点暂时无法访问数据库，以下为其保存的最近副本，可能不是最新内容。"
    );

    public static readonly Text Foreign = new(
        "This identifier belongs to another enterprise. These are the public values that its node answered.",
        "该标识属于其他企业，以下为该企业节点返回的公开信息。"
    );
    public static readonly Text ForeignReadAt = new("Read from its node", "读取时间");

    public static readonly Text RevokedTitle = new("This identifier was revoked", "该标识已注销");
    public static readonly Text RevokedNote = new(
        "It was registered on this node and has been withdrawn by its owner. Its information is no longer shown.",
        "该标识曾在本节点注册，现已由所有者注销，其信息不再显示。"
    );

    public static readonly Text NotFoundTitle = new("Identifier not found", "未找到该标识");
    public static readonly Text NotFoundNote = new(
        "This node has no record of it. Check the spelling, or ask whoever issued the code.",
        "本节点没有该标识的记录。请核对输入，或向赋码单位查询。"
    );

    public static readonly Text MistypedTitle = new("Mistyped or misread", "输入或扫描有误");
    public static readonly Text MistypedNote = new(
        "The check character of this identifier does not fit, and nothing is registered under it. Compare it with what "
            + "is printed, or scan the code again.",
        "该标识的校验字符不符，且未注册。请与所印字符核对，或重新扫码。"
    );
    public static readonly Text MistypedAlike = new(
        "The check character of this identifier does not fit, and nothing is registered under it. This may be meant:",
        "该标识的校验字符不符，且未注册。您要找的可能是："
    );

    public static readonly Text KeyTitle = new("A key is needed", "需要密钥");
    public static readonly Text KeyNote = new(
        "This node shows its records only to those who hold a key. Enter yours, or ask the operator of the node "
            + "for one.",
        "本节点的记录仅向持有密钥者显示。请输入密钥；如尚无密钥，请联系节点运营方。"
    );
    public static readonly Text Key = new("Key", "密钥");
    public static readonly Text KeyRejected = new(
        "This key is not accepted. It may be mistyped, expired or revoked.",
        "密钥无效：可能输入有误、已过期或已吊销。"
    );
    public static readonly Text Show = new("Show the record", "查看记录");

    public static readonly Text NoPageTitle = new("There is no page here", "页面不存在");
    public static readonly Text NoPageNote = new(
        "Nothing is at this address. If you mean an identifier, complete it below.",
        "该地址没有对应的页面。如要解析标识，请在下方补全。"
    );
    public static readonly Text NoSuffixTitle = new("This is a prefix alone", "这只是标识前缀");
    public static readonly Text NoSuffixNote = new(
        "An identifier is a prefix, a slash and a suffix. Add what stands behind the slash below the code.",
        "标识由前缀、斜杠和后缀组成。请补充码下方斜杠之后的字符。"
    );

    public static readonly Text ErrorTitle = new("This cannot be shown", "无法显示");

    public static readonly Text HomeNote = new(
        "Parts, containers and machines carry codes, and each code holds an identifier. This node keeps the "
            + "records of one enterprise's identifiers and tells what stands behind them: to people who scan a "
            + "code, and to the systems of customers, suppliers and authorities that resolve it over HTTP, gRPC or "
            + "the Handle protocol.",
        "零部件、容器和设备上的每个码对应一个唯一标识。本节点管理本企业的标识及其信息：人员扫码即可查看，"
            + "客户、供应商和监管方系统可通过 HTTP、gRPC 或 Handle 协议解析。"
    );
    public static readonly Text ResolveTitle = new("Resolve an identifier", "解析标识");
    public static readonly Text ResolveHint = new(
        "Prefix, slash, suffix, as printed below the code; or whatever a scanner reads.",
        "格式为“标识前缀/标识后缀”，即码下方所印字符；也可直接扫码输入。"
    );
    public static readonly Text Resolve = new("Resolve", "解析");
    public static readonly Text Prefixes = new("Prefixes of this node", "本节点的标识前缀");
    public static readonly Text NoPrefixes = new("No prefix has been set up yet.", "尚未设置标识前缀。");
    public static readonly Text ForSystems = new("For systems", "系统对接");
    public static readonly Text Docs = new("Interface documentation", "接口文档");
    public static readonly Text OpenApi = new("OpenAPI description", "OpenAPI 描述文件");

    public static readonly Text Enterprises = new("Enterprises", "企业");
    public static readonly Text EnterprisesNote = new(
        "Those whose records this node takes: prefixes with keys that are bound to them.",
        "向本节点上报标识的企业，即有密钥限定于其前缀的企业。"
    );
    public static readonly Text NoEnterprises = new(
        "There is none. A key for one is made with idnode key create --prefix.",
        "暂无企业。可用 idnode key create --prefix 为企业创建密钥。"
    );
    public static readonly Text Keys = new("Valid keys", "有效密钥");
    public static readonly Text Arrived = new("Identifiers here", "本节点的标识数");
    public static readonly Text LastRegistered = new("Last registered", "最近注册");
    public static readonly Text LastSeen = new("Last seen", "最近访问");
    public static readonly Text Route = new("Resolution goes to", "解析路由");
    public static readonly Text NoRoute = new("this node", "本节点");
    public static readonly Text More = new("More", "更多");

    public static readonly Text Scanners = new("Settings for scanners", "扫描器设置");
    public static readonly Text ScannersNote = new(
        "For scanners that type what they read like a keyboard. Set the scanner up by its manual, then scan the codes "
            + "below into their fields: the node says what arrives and what to change. This page can be printed.",
        "适用于以键盘方式输入的扫描器。请按其说明书设置，然后将下方各码扫入对应输入框：节点会说明收到的内容及需调整之处。本页可打印。"
    );
    public static readonly Text ScannerSettings = new("What to set", "设置项");
    public static readonly Text ScanHere = new("Scan into this field", "扫入此框");
    public static readonly Text Check = new("Check", "检查");
    public static readonly Text Received = new("Received:", "收到的内容：");
}
