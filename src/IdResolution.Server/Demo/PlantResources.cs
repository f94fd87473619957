using static IdResolution.Server.Demo.PlantFormats;

namespace IdResolution.Server.Demo;

/// <summary>The demonstration plant's people, equipment, processes and algorithm models.</summary>
internal static class PlantResources
{
    private const int Persons = 30;
    private const int Operators = 20;

    /// <summary>The machine, by its number, whose calibration is overdue.</summary>
    private const int Overdue = 6;

    private const string FamilyNames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗";
    private const string GivenNames = "伟芳敏静磊洋艳勇军杰娟涛明超霞平刚桂英华";

    private static readonly (string Name, string Line, string Location)[] Machines =
    [
        ("真空搅拌机", "INK-L1", "一车间浆料间"),
        ("高压均质机", "INK-L1", "一车间浆料间"),
        ("旋转黏度计", "INK-L1", "一车间浆料间"),
        ("狭缝涂布机", "CCM-L1", "一车间涂布间"),
        ("狭缝涂布机", "CCM-L2", "一车间涂布间"),
        ("X射线荧光测厚仪", "CCM-L1", "一车间涂布间"),
        ("热压机", "MEA-L1", "二车间"),
        ("热压机", "MEA-L2", "二车间"),
        ("膜电极气密检测台", "MEA-L1", "二车间"),
        ("膜电极气密检测台", "MEA-L2", "二车间"),
        ("单电池测试台", "MEA-L1", "二车间"),
        ("极板冲压机", "BPP-L1", "三车间"),
        ("激光焊接机", "BPP-L1", "三车间"),
        ("磁控溅射镀膜机", "BPP-L1", "三车间"),
        ("极板气密检测台", "BPP-L1", "三车间"),
        ("堆叠压装机", "STK-L1", "四车间"),
        ("电堆活化测试台", "STK-L1", "四车间"),
        ("电堆活化测试台", "STK-L1", "四车间"),
        ("系统总装线", "SYS-L1", "五车间"),
        ("系统下线测试台", "SYS-L1", "五车间"),
    ];

    private static readonly (string Name, string Stage, int Celsius, double Megapascals, int Seconds)[] Processes =
    [
        ("浆料混合分散", "mixing", 20, 0.1, 5400),
        ("阴极涂布", "coating", 25, 0.1, 2),
        ("阳极涂布", "coating", 25, 0.1, 2),
        ("涂层干燥", "drying", 85, 0.1, 120),
        ("膜电极热压", "hot-pressing", 130, 1.5, 45),
        ("膜电极裁切", "cutting", 23, 0.6, 6),
        ("极板冲压", "forming", 23, 250, 4),
        ("极板镀膜", "coating", 180, 0.1, 900),
        ("电堆堆叠压装", "stacking", 23, 1.2, 1500),
        ("电堆活化", "activation", 80, 0.15, 10800),
        ("系统总装", "assembly", 23, 0.1, 7200),
        ("系统下线测试", "testing", 75, 0.15, 5400),
        ("膜电极贴合", "lamination", 23, 0.4, 12),
    ];

    private static readonly (string Name, string Purpose, string Algorithm, string Metric, double Value)[] Models =
    [
        ("涂布缺陷识别", "由线扫相机图像识别涂层缺陷", "YOLOv8", "mAP50", 0.94),
        ("电堆寿命预测", "由工况与单电池电压预测剩余寿命", "LSTM", "MAPE", 4.2),
        ("活化时间优化", "由活化前段曲线缩短活化时间", "XGBoost", "R2", 0.89),
        ("极板平面度预测", "由冲压参数预测极板平面度", "随机森林", "R2", 0.86),
        ("泄漏异常检测", "由气密曲线识别异常膜电极", "Isolation Forest", "F1", 0.91),
    ];

    /// <summary>The job number of some operator on the lines.</summary>
    public static string AnyOperator(SeededRandom draws) => JobNumber(draws.Integer(1, Operators));

    public static string Keeper => JobNumber(25);

    public static IEnumerable<DemoItem> Items(SeededRandom draws, DateOnly lastDay) =>
        PersonItems(draws, lastDay)
            .Concat(EquipmentItems(draws, lastDay))
            .Concat(ProcessItems(draws, lastDay))
            .Concat(ModelItems(draws, lastDay));

    private static string JobNumber(int number) => $"HQ{number:0000}";

    private static IEnumerable<DemoItem> PersonItems(SeededRandom draws, DateOnly lastDay)
    {
        for (var number = 1; number <= Persons; number++)
            yield return Person(number, draws, lastDay);
    }

    private static DemoItem Person(int number, SeededRandom draws, DateOnly lastDay)
    {
        var (department, position) = number switch
        {
            <= Operators => ("制造部", "操作员"),
            <= 24 => ("质量部", "检验员"),
            <= 26 => ("物流部", "仓管员"),
            _ => ("技术部", "工艺工程师"),
        };
        return new(
            "person",
            JobNumber(number),
            "erp",
            new Dictionary<string, object>
            {
                ["jobNumber"] = JobNumber(number),
                ["name"] =
                    $"{FamilyNames[draws.Integer(0, FamilyNames.Length - 1)]}"
                    + $"{GivenNames[draws.Integer(0, GivenNames.Length - 1)]}",
                ["department"] = department,
                ["position"] = position,
                ["shift"] = number <= 24 ? draws.Pick<string>(["day", "middle", "night"]) : "day",
                ["qualification"] = position + "上岗证",
                ["qualifiedUntil"] = Day(lastDay.AddDays(draws.Integer(30, 700))),
                ["state"] = draws.Chance(0.95) ? "active" : "on-leave",
            }
        );
    }

    private static IEnumerable<DemoItem> EquipmentItems(SeededRandom draws, DateOnly lastDay)
    {
        for (var number = 1; number <= Machines.Length; number++)
            yield return Equipment(number, draws, lastDay);
    }

    private static DemoItem Equipment(int number, SeededRandom draws, DateOnly lastDay)
    {
        var machine = Machines[number - 1];
        var calibrated = lastDay.AddDays(number == Overdue ? -372 : -draws.Integer(10, 340));
        return new(
            "equipment",
            $"EQ-{number:000}",
            "mes",
            new Dictionary<string, object>
            {
                ["assetNumber"] = $"HQ-SB-{number:0000}",
                ["name"] = machine.Name,
                ["model"] = $"{draws.Pick<string>(["KD", "RX", "TH"])}-{draws.Integer(10, 99) * 10}",
                ["manufacturer"] = draws.Pick<string>(["科钜装备", "锐新自动化", "拓恒仪器"]),
                ["serialNumber"] = $"{draws.Integer(2019, 2024)}{draws.Integer(1, 99999):00000}",
                ["line"] = machine.Line,
                ["location"] = machine.Location,
                ["commissionedDate"] = Day(lastDay.AddDays(-draws.Integer(400, 1800))),
                ["calibratedDate"] = Day(calibrated),
                ["calibrationDueDate"] = Day(calibrated.AddYears(1)),
                ["state"] = draws.Chance(0.9) ? "running" : draws.Pick<string>(["idle", "maintenance"]),
            }
        );
    }

    private static IEnumerable<DemoItem> ProcessItems(SeededRandom draws, DateOnly lastDay)
    {
        for (var number = 1; number <= Processes.Length; number++)
            yield return Process(number, draws, lastDay);
    }

    private static DemoItem Process(int number, SeededRandom draws, DateOnly lastDay)
    {
        var process = Processes[number - 1];
        var version = $"{(char)('A' + draws.Integer(0, 3))}.{draws.Integer(0, 9)}";
        return new(
            "process",
            $"GY-{number:000}-{version}",
            "mes",
            new Dictionary<string, object>
            {
                ["processNumber"] = $"HQ-GY-{number:000}",
                ["name"] = process.Name,
                ["processVersion"] = version,
                ["stage"] = process.Stage,
                ["standard"] = $"Q/HQ {number:000}-2024",
                ["documentDigest"] = draws.Digest(),
                ["temperature"] = process.Celsius,
                ["pressure"] = (decimal)process.Megapascals,
                ["cycleTime"] = process.Seconds,
                ["effectiveDate"] = Day(lastDay.AddDays(-draws.Integer(40, 400))),
                ["approvedBy"] = JobNumber(draws.Integer(27, Persons)),
                ["state"] = "effective",
            }
        );
    }

    private static IEnumerable<DemoItem> ModelItems(SeededRandom draws, DateOnly lastDay)
    {
        for (var number = 1; number <= Models.Length; number++)
            yield return Model(number, draws, lastDay);
    }

    private static DemoItem Model(int number, SeededRandom draws, DateOnly lastDay)
    {
        var model = Models[number - 1];
        var version = $"{draws.Integer(1, 3)}.{draws.Integer(0, 9)}.{draws.Integer(0, 9)}";
        return new(
            "algorithm-model",
            $"MX-{number:00}-{version}",
            "mes",
            new Dictionary<string, object>
            {
                ["name"] = model.Name,
                ["modelVersion"] = version,
                ["fileDigest"] = draws.Digest(),
                ["purpose"] = model.Purpose,
                ["algorithm"] = model.Algorithm,
                ["framework"] = draws.Pick<string>(["PyTorch 2.5", "scikit-learn 1.5", "ONNX Runtime 1.19"]),
                ["trainingSamples"] = draws.Integer(20, 900) * 100,
                ["metric"] = model.Metric,
                ["metricValue"] = draws.Normal(model.Value, model.Value * 0.01, 3),
                ["releasedDate"] = Day(lastDay.AddDays(-draws.Integer(5, 200))),
                ["owner"] = JobNumber(draws.Integer(27, Persons)),
                ["state"] = draws.Chance(0.7) ? "in-use" : "trial",
            }
        );
    }
}
