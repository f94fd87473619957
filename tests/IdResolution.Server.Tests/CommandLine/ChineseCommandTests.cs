using System.CommandLine;
using System.Text.RegularExpressions;
using IdResolution.Server.CommandLine;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed partial class ChineseCommandTests : CommandLineFixture
{
    [Test]
    public void Help_OfEveryVerbOptionAndArgument_IsInChinese()
    {
        var english = Described(IdnodeCommand.Create());
        var root = IdnodeCommand.Create();
        ChineseHelp.Apply(root);
        var chinese = Described(root);

        Assert.That(english, Has.Count.GreaterThan(150).And.Count.EqualTo(chinese.Count));
        Assert.That(chinese.Where(d => !Han().IsMatch(d.Value)).Select(d => d.Key), Is.Empty);
        Assert.That(english.Where(d => Han().IsMatch(d.Value)).Select(d => d.Key), Is.Empty);
        // Examples are the same in both.
        Assert.That(
            chinese
                .Where(d => Example().Match(d.Value).Value != Example().Match(english[d.Key]).Value)
                .Select(d => d.Key),
            Is.Empty
        );
    }

    [TestCase("LANG", "zh_CN.UTF-8", null, true)]
    [TestCase("LC_MESSAGES", "zh_TW", null, true)]
    [TestCase("LC_ALL", "zh", "en", false)]
    [TestCase("LC_ALL", "en_US.UTF-8", "zh", true)]
    [TestCase("LANG", "en_US.UTF-8", null, false)]
    public async Task Language_IsThatOfTheOption_ElseOfTheLocale(
        string name,
        string locale,
        string? lang,
        bool isChinese
    )
    {
        Variables.Clear();
        Variables[name] = locale;
        string[] option = lang is null ? [] : ["--lang", lang];

        var help = await DoAsync(["import", "--help", .. option]);
        var refused = await RunAsync(["key", "list", "--data", Data, .. option]);

        Assert.That(help.Contains("注册 CSV 文件", StringComparison.Ordinal), Is.EqualTo(isChinese));
        Assert.That(help, Does.Contain("idnode import rolls.csv"));
        Assert.That(refused.Code, Is.EqualTo(2));
        Assert.That(refused.Error, Does.StartWith(isChinese ? "没有数据目录" : "There is no data directory"));
    }

    [Test]
    public async Task CommandLine_NotUnderstood_IsSaidInChinese()
    {
        var ran = await RunAsync("key", "create", "--lang", "zh", "--role", "king");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(
            ran.Error,
            Does.Contain("king").And.Contain("必须为").And.Contain("用法说明：idnode key create --help")
        );
    }

    [Test]
    public async Task Verbs_FromInitToExport_SpeakChinese()
    {
        var init = await DoAsync("init", "--data", Data, "--prefix", Prefix, "--lang", "zh");
        var again = await DoAsync("init", "--data", Data, "--lang", "zh");
        var key = await RunAsync("key", "create", "--data", Data, "--role", "reader", "--lang", "zh");
        var refused = await RunAsync([
            "register",
            "--data",
            Data,
            "--template",
            "mea",
            "--attribute",
            "thickness=x",
            "--lang",
            "zh",
        ]);
        var file = Write("rows.csv", "model,thickness\nM1,5\nM2,x\n");
        string[] import = ["import", file, "--data", Data, "--template", "mea", "--lang", "zh"];
        var dry = await RunAsync([.. import, "--dry-run"]);
        var imported = await RunAsync(import);
        var export = await RunAsync("export", "--data", Data, "--template", "mea", "--lang", "zh");
        var check = await RunAsync("serve", "--check", "--data", Data, "--lang", "zh");

        Assert.Multiple(() =>
        {
            Assert.That(init, Does.Contain("中的节点已就绪，归属前缀：88.300.1。").And.Contain("管理员密钥"));
            Assert.That(again, Does.Contain("早已就绪，无须操作"));
            Assert.That(key.Error, Does.Contain("角色 reader，到期时间 ").And.Contain("。密钥仅显示这一次；吊销："));
            Assert.That(key.LastLine, Does.StartWith("idr_"));
            Assert.That((refused.Code, refused.Error), Is.EqualTo((1, "attributes.thickness: 厚度应为数字。\n")));
            Assert.That(dry.Output, Does.Contain("未写入：新增 1，相同 0，不同 0，错误 1"));
            Assert.That(dry.Error, Does.Contain("第 2 行：").And.Contain("厚度应为数字"));
            Assert.That(imported.Output, Does.StartWith("新注册 1，相同 0，错误 1，"));
            Assert.That(imported.Error, Does.Contain("从第一行开始导入").And.Contain("错误行及其原因见"));
            Assert.That(export.Error, Does.Contain("已导出 1 条记录"));
            Assert.That(check.Output, Does.Contain("可以启动。").Or.Contain("无法启动"));
        });
    }

    [Test]
    public async Task Verbs_OfAdministrators_SpeakChinese()
    {
        await InitAsync();
        Variables["LC_ALL"] = "zh_CN.UTF-8";
        var backup = Path.Combine(Root, "b.db");
        var made = await DoAsync("backup", backup, "--data", Data);
        var restored = await DoAsync("restore", backup, "--data", Data);
        var doctor = await DoAsync("doctor", "--data", Data);
        var log = await DoAsync("log", "show", "--data", Data);
        var gap = await RunAsync("log", "restart", "--data", Data, "--gap", "-1");
        var erase = await RunAsync("erase", "--data", Data, $"{Prefix}/NONE", "--all", "--yes");
        var reader = await RunAsync("readers", "--data", Data, "--dead", "none");
        var row = await RunAsync("import", Write("r.csv", "model\nM1,5\n"), "--data", Data, "--template", "mea");
        Variables["IDR__Limits__BodyBytes"] = "1";
        Variables["IDR__Prefx"] = "1";
        var setting = await RunAsync(
            "serve",
            "--check",
            "--data",
            Data,
            "--http",
            "127.0.0.1:0",
            "--grpc",
            "127.0.0.1:0"
        );

        Assert.Multiple(() =>
        {
            Assert.That(made, Does.Contain("字节").And.Contain("备份不含密钥文件"));
            Assert.That(restored, Does.Contain("已由").And.Contain("存储使用新的日志").And.Contain("原数据库保留为"));
            Assert.That(doctor, Does.Contain("有效 0，已注销 0").And.Contain("页、索引和约束完好"));
            Assert.That(log, Does.StartWith("日志").And.Contain("最后一个条目"));
            Assert.That((gap.Code, gap.Error), Is.EqualTo((2, "--gap 应为 0 至 1000000000000。\n")));
            Assert.That((erase.Code, erase.Error), Is.EqualTo((1, $"identifier: 标识 {Prefix}/NONE 未注册。\n")));
            Assert.That(
                reader.Error,
                Is.EqualTo("--dead：没有读取者 'none'。现有：statistics、stock、unregistered。\n")
            );
            Assert.That(row.Code, Is.EqualTo(1));
            Assert.That(
                File.ReadAllText(Path.Combine(Root, "r.csv.bad.csv")),
                Does.Contain("有 2 个单元格，表头有 1 个")
            );
            Assert.That(
                setting.Error,
                Is.EqualTo(
                    "已忽略：IDR__Prefx：没有这个配置项，最接近的是 IDR__Prefixes。\n"
                        + "Limits:BodyBytes：1 应为 1024 至 268435456。\n"
                )
            );
        });
    }

    private static Dictionary<string, string> Described(Command command, string path = "") =>
        command
            .Options.Cast<Symbol>()
            .Concat(command.Arguments)
            .Select(s => KeyValuePair.Create($"{path} {s.Name}", s.Description ?? ""))
            .Append(KeyValuePair.Create(path, command.Description ?? ""))
            .Concat(command.Subcommands.SelectMany(c => Described(c, $"{path} {c.Name}".Trim())))
            .ToDictionary();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex Han();

    [GeneratedRegex(@"(?<=\n(?:Examples?:|示例：)\n).*", RegexOptions.Singleline)]
    private static partial Regex Example();
}
