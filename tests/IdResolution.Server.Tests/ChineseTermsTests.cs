using System.Text.RegularExpressions;
using IdResolution.Testing;

namespace IdResolution.Server.Tests;

/// <summary>One thing has one Chinese word in the whole product: words that were given up do not come back.</summary>
[TestFixture]
public sealed partial class ChineseTermsTests
{
    /// <summary>What may stand no more, with the word that is used.</summary>
    private static readonly (string Old, string Used)[] Terms =
    [
        ("登记", "注册，标识信息，注册项"),
        ("(?<!请求)撤销", "已注销（标识），已吊销（密钥）"),
        ("被吊销|被注销", "已吊销（密钥），已注销（标识）"),
        ("企业标识节点", "标识解析企业节点"),
        // But where a secondary node hosts a prefix.
        ("(?<![未(（])托管(?!服务器)", "归属前缀，解除归属"),
        ("(?:不由本节点|本节点不)负责|负责节点", "不归属本节点"),
        ("标签页", "标签打印页"),
        ("业务键|(?:的|该|同一|新|其)键(?![盘名])", "业务主键"),
        ("扣留", "冻结"),
        ("属性编码|其他编码|a:编码", "属性代码"),
        ("需要模式|模式(?:需要|最长|最多|不得|中)", "编码规则表达式"),
        ("成员", "字段"),
        ("(?<!脚)本调用|这样的调用|另一次调用", "本接口，对应的接口"),
        ("此路径", "该路径"),
        ("跟踪号|此处的 traceId", "请按 traceId 查询日志"),
        ("引荐|认可标识", "逐级转向，不是有效标识"),
        ("没有找到标识|核对拼写|标识码|发放方", "未找到该标识，核对输入，赋码单位"),
        ("(?<!归属)本节点的前缀|没有向您开放|未被接受|返回的公开值", "本节点的标识前缀，暂无对您公开的信息，密钥无效"),
        ("元素字符串", "GS1 单元数据串"),
        ("毫米|[0-9] x [0-9]", "50 mm × 30 mm"),
        (@"\p{IsCJKUnifiedIdeographs}(?:: |[,;] ?)\p{IsCJKUnifiedIdeographs}", "full-width signs: ：、，；"),
        ("[A-Za-z](?:应为|为必填|不是|不得)", "a space behind a Latin name"),
        ("另见", "另可见"),
        ("序号：|描述：", "序列号，说明"),
        ("上级节点(?!同步)|(?:resolve|erase|trace|add|remove) ID`", "二级节点，标识"),
        ("每一项得到唯一标识|随附模板", "一物一码，随附氢燃料电池行业的数据模板"),
        ("即标识码|和后缀，即|标识码下方", "格式为“标识前缀/标识后缀”"),
        ("(?<!模拟服务器（测试)替身|英福方言|嵌入式存储", "模拟服务器（测试替身），协议扩展，内置数据库"),
        ("根服务器|其键的前缀|能否接收流量|URL 的前段", "根节点，Redis 键名前缀，是否就绪，基地址"),
        ("扫码枪", "扫描器"),
        (
            "当量重量|质子电导率|(?<!气)氢循环泵|升压|垂直面方向电阻|涂层厚度|粘度",
            "EW，质子传导率，氢气循环泵，压升，面积比电阻，催化层厚度，黏度"
        ),
        (
            "铂载量（总）|电池片数|单片电压|最低启动温度|额定功率效率|低热值",
            "总铂载量，单电池数，单电池电压，最低冷启动温度，额定功率下系统效率"
        ),
        ("(?<!燃料电池)控制单元|实物|虚拟资产|仓单号|仓单类型", "控制单元（FCU），物理实体，虚拟实体，单据号"),
        ("储氢瓶|离聚物碳比|粒径D50|危险品|存储(?:温度|相对湿度)", "储氢气瓶，I/C，粒径 D50，危险货物，储存温度"),
        ("(?:批准人|负责人|操作员|仓管员)工号", "批准人（工号）"),
    ];

    // Words of another protocol, which its clients compare.
    private static readonly string[] s_foreign =
    [
        "src/IdResolution.Core/Snms/SnmsMessages.cs",
        "docs/snms.md",
        "docs/upstream.md",
    ];

    /// <summary>Words that were chosen, where they stand first of all.</summary>
    [TestCase(
        "src/IdResolution.Server/Packs/fuel-cell.json",
        "系统质量，最低冷启动温度，额定功率下系统效率，离子交换当量，质子传导率，氢气循环泵，压升，垂直方向面积比电阻，"
            + "催化层厚度，总铂载量，单电池数，单电池电压，燃料电池控制单元，物理实体，虚拟实体，单据号，储氢气瓶数量，"
            + "危险货物，储存温度，批准人（工号），合格，待判"
    )]
    [TestCase(
        "src/IdResolution.Server/Packs/fuel-cell.json",
        "黏度，空压机，碳纸，催化剂浆料，模型算法，孔隙率，密封件，离子交换容量，溶胀率，拉伸强度，腐蚀电流密度，平面度"
    )]
    [TestCase(
        "src/IdResolution.Server/Pages/PageTexts.cs",
        "标识信息，注册时间，标识解析企业节点，每个码对应一个唯一标识，格式为“标识前缀/标识后缀”，即码下方所印字符，"
            + "未找到该标识，核对输入，赋码单位，本节点的标识前缀，暂无对您公开的信息，密钥无效，公开信息，已注销"
    )]
    [TestCase(
        "README.zh-CN.md",
        "数据模板，一物一码，标识解析企业节点，另可见合作伙伴属性，二级节点，泰尔英福的协议扩展，模拟服务器（测试替身），"
            + "内置数据库，标签打印页，GS1 单元数据串，每篇开头有中文摘要"
    )]
    [TestCase("docs/configuration.zh-CN.md", "Redis 键名前缀，基地址")]
    [TestCase("src/IdResolution.Server/CommandLine/ChineseHelp.cs", "是否就绪，归属前缀，二维码与 URL 的基地址")]
    [TestCase("src/IdResolution.Server/CommandLine/Handles/HandleSiteCommand.cs", "配置到相应前缀，序列号，说明")]
    [TestCase("src/IdResolution.Core/Catalog/IdentifierErrors.cs", "不归属本节点，已注销")]
    [TestCase("src/IdResolution.Server/Foreign/ForeignErrors.cs", "逐级转向过多或形成环路，不是有效标识")]
    [TestCase("src/IdResolution.Server/Rest/RootPaths.cs", "该路径没有对应的接口")]
    [TestCase("src/IdResolution.Server/Rest/RestPipeline.cs", "请按 traceId 查询日志")]
    [TestCase("src/IdResolution.Core/CodingRules/CodingPatternReader.cs", "编码规则表达式")]
    [TestCase("src/IdResolution.Storage/Maintenance/Examining/EventCheck.cs", "冻结")]
    public void Words_ThatAreUsed_StandWhereTheyBelong(string file, string words)
    {
        var text = File.ReadAllText(RepositoryFolder.PathOf(file));

        Assert.That(words.Split('，').Where(word => !text.Contains(word, StringComparison.Ordinal)), Is.Empty);
    }

    [TestCaseSource(nameof(Terms))]
    public void Words_GivenUp_AreNowhereInTheProduct((string Old, string Used) term)
    {
        var old = new Regex(term.Old);
        var found = Texts()
            .Where(text => old.IsMatch(text.Line) && !s_foreign.Contains(text.File))
            .Select(text => $"{text.File}: {text.Line.Trim()}");

        Assert.That(found, Is.Empty, $"The word is: {term.Used}");
    }

    [Test]
    public void Texts_AreWhereTheyAreSearched() =>
        Assert.That(
            Texts().Select(text => text.File).Distinct(),
            Has.Member("README.zh-CN.md")
                .And.Member("docs/configuration.zh-CN.md")
                .And.Member("src/IdResolution.Server/Pages/PageTexts.cs")
                .And.Member("src/IdResolution.Server/Packs/fuel-cell.json")
                .And.Member("src/IdResolution.Core/Catalog/IdentifierErrors.cs")
        );

    [Test]
    public void Documents_LinkedFromTheChineseReadme_BeginWithAChineseSummary()
    {
        var readme = File.ReadAllText(RepositoryFolder.PathOf("README.zh-CN.md"));
        var linked = Links().Matches(readme).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.That(linked, Has.Count.GreaterThan(10).And.Member("docs/rest.md"));
        foreach (var file in linked.Where(file => file != "README.md"))
        {
            var head = File.ReadLines(RepositoryFolder.PathOf(file)).Take(10);
            Assert.That(head.Count(line => Han().IsMatch(line)), Is.Positive, file);
        }
    }

    [Test]
    public void Documents_ThatAreInChinese_AreNamedByTheChineseReadme()
    {
        var readme = File.ReadAllText(RepositoryFolder.PathOf("README.zh-CN.md"));
        var sentence = readme.Split('\n').Single(line => line.Contains("文档均为英文", StringComparison.Ordinal));
        var linked = ChineseLinks().Matches(readme).GroupBy(match => match.Groups[2].Value).ToList();

        Assert.That(
            linked.Select(link => link.Key),
            Is.EquivalentTo(
                Directory
                    .EnumerateFiles(RepositoryFolder.PathOf("docs"), "*.zh-CN.md")
                    .Select(path => "docs/" + Path.GetFileName(path))
            )
        );
        foreach (var link in linked)
        {
            Assert.That(
                link.Any(match => sentence.Contains($"“{match.Groups[1].Value}”", StringComparison.Ordinal)),
                link.Key
            );
        }
    }

    /// <summary>Each line with Chinese in the sources of texts and in the documents.</summary>
    private static IEnumerable<(string File, string Line)> Texts()
    {
        var root = RepositoryFolder.PathOf(".");
        var documents = Directory.EnumerateFiles(root, "*.md");
        var folders = new[] { "src", "docs", "protos", "deploy" }.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories)
        );
        return from path in documents.Concat(folders)
            let file = Path.GetRelativePath(root, path).Replace('\\', '/')
            where Kinds.Contains(Path.GetExtension(file)) && !Built().IsMatch(file)
            from line in File.ReadLines(path)
            where Han().IsMatch(line)
            select (file, line);
    }

    private static readonly string[] Kinds = [".md", ".cs", ".razor", ".json", ".proto"];

    [GeneratedRegex(@"\]\(([^)#:]+\.md)")]
    private static partial Regex Links();

    [GeneratedRegex(@"\[([^\]]+)\]\((docs/[^)#]+\.zh-CN\.md)")]
    private static partial Regex ChineseLinks();

    [GeneratedRegex("/(?:bin|obj)/")]
    private static partial Regex Built();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex Han();
}
