using System.Collections.Frozen;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Tracing;

/// <summary>
/// What people are shown for the codes in events: units of UN/CEFACT Recommendation 20, and states of GS1's Core
/// Business Vocabulary. Other texts are shown as they are.
/// </summary>
internal static class CodeTexts
{
    private static readonly Text s_pieces = new("pcs", "件");

    private static readonly FrozenDictionary<string, Text> s_units = new Dictionary<string, Text>
    {
        ["C62"] = s_pieces,
        ["H87"] = s_pieces,
        ["EA"] = s_pieces,
        ["PR"] = new("pairs", "对"),
        ["DZN"] = new("dozen", "打"),
        ["CEN"] = new("hundred", "百件"),
        ["MIL"] = new("thousand", "千件"),
        ["MGM"] = Same("mg"),
        ["GRM"] = Same("g"),
        ["KGM"] = Same("kg"),
        ["TNE"] = Same("t"),
        ["LBR"] = Same("lb"),
        ["ONZ"] = Same("oz"),
        ["4H"] = Same("µm"),
        ["MMT"] = Same("mm"),
        ["CMT"] = Same("cm"),
        ["DMT"] = Same("dm"),
        ["MTR"] = Same("m"),
        ["KMT"] = Same("km"),
        ["INH"] = Same("in"),
        ["FOT"] = Same("ft"),
        ["MMK"] = Same("mm²"),
        ["CMK"] = Same("cm²"),
        ["DMK"] = Same("dm²"),
        ["MTK"] = Same("m²"),
        ["MLT"] = Same("mL"),
        ["CLT"] = Same("cL"),
        ["DLT"] = Same("dL"),
        ["LTR"] = Same("L"),
        ["HLT"] = Same("hL"),
        ["CMQ"] = Same("cm³"),
        ["DMQ"] = Same("dm³"),
        ["MTQ"] = Same("m³"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Text> s_states = new Dictionary<string, Text>
    {
        ["active"] = new("active", "启用"),
        ["available"] = new("available", "可用"),
        ["conformant"] = new("conforming", "合格"),
        ["damaged"] = new("damaged", "损坏"),
        ["destroyed"] = new("destroyed", "已销毁"),
        ["disposed"] = new("disposed of", "已处置"),
        ["expired"] = new("expired", "已过期"),
        ["in_progress"] = new("in progress", "在制"),
        ["in_transit"] = new("in transit", "在途"),
        ["inactive"] = new("inactive", "停用"),
        ["needs_replacement"] = new("needs replacement", "待更换"),
        ["non_conformant"] = new("nonconforming", "不合格"),
        ["recalled"] = new("recalled", "已召回"),
        ["reserved"] = new("reserved", "已预留"),
        ["returned"] = new("returned", "已退回"),
        ["unavailable"] = new("unavailable", "不可用"),
        ["unknown"] = new("unknown", "未知"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The name of a unit; null for none.</summary>
    public static string? Unit(string? code, Language language) => Named(s_units, code, language);

    /// <summary>The name of a disposition; null for none.</summary>
    public static string? State(string? code, Language language) => Named(s_states, code, language);

    private static Text Same(string sign) => new(sign, sign);

    private static string? Named(FrozenDictionary<string, Text> names, string? code, Language language) =>
        code is not null && names.TryGetValue(code, out var name) ? name.In(language) : code;
}
