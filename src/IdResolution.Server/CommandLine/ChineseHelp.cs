using System.CommandLine;

namespace IdResolution.Server.CommandLine;

/// <summary>
/// The help in Chinese: one place for all of it, so that the verbs stay readable. Examples, which are the same in both
/// languages, are taken from the English text.
/// </summary>
internal static class ChineseHelp
{
    /// <summary>The descriptions of the verbs, by their path.</summary>
    private static readonly Dictionary<string, string> s_verbs = new(StringComparer.Ordinal)
    {
        [""] = """
            IdResolution：企业自行部署的标识解析企业节点，注册并解析标识。

            第一步：
              idnode init  --data ./data --prefix 88.300.15907541011
              idnode serve --data ./data --http 127.0.0.1:8080

            各命令的说明：idnode import --help
            退出码：0 完成，1 全部或部分被拒绝，2 无法运行，130 被中断。
            配置还可来自可执行文件旁和数据目录中的 appsettings.json、--config FILE 以及环境变量
            （IDR__Plant__TimeZone=Asia/Shanghai），以命令行为准。
            """,
        ["serve"] = """
            运行节点，直至收到 SIGTERM 或 Ctrl-C。数据目录不存在时自动建立；首次启动时打印一次管理员密钥。就绪后在标准输出打印一行
            'ready {"http":"127.0.0.1:41234","grpc":"127.0.0.1:41235","handle":"127.0.0.1:41236"}'。
            """,
        ["init"] =
            "建立目录、数据库、密钥文件、燃料电池模板和管理员密钥，不启动服务。重复执行不产生变化；可随时用它增加归属前缀。",
        ["key"] = "创建、列出、吊销 API 密钥。使用同一目录的运行中节点在一秒内生效。",
        ["key create"] = "创建 API 密钥，单独打印在标准输出的最后一行。密钥仅显示这一次。",
        ["key list"] =
            "列出所有密钥，包括已吊销和已过期的密钥，并指出 30 天内到期的密钥。最近使用时间由各节点每分钟写入一次。",
        ["key revoke"] = "永久吊销密钥：运行中的节点在一秒内拒绝该密钥。",
        ["register"] = "注册一个标识，以 JSON 打印其记录。重复注册相同内容不产生变化。",
        ["resolve"] = "以 JSON 打印标识的记录，内容为所给角色可见的部分。不计入统计。",
        ["completeness"] = """
            以 JSON 显示某模板的物品缺少什么：模板所要求的部件、质检报告、工序，以及没有测量值的工序，与 GET /api/v1/completeness 的应答相同。
            """,
        ["quality"] = """
            统计检验、测量与缺陷：合格率、一次合格率、返工、缺陷代码、测量值的均值、标准差、Cp 与 Cpk，与 GET /api/v1/quality 相同。日期按工厂时区。
            """,
        ["life"] = """
            以 JSON 显示设备、工装或部件在某一时间的状况：校准、冲次、软件等取值、当时的部件和此前的事件，与 GET /api/v1/life 的应答相同。
            """,
        ["calibration"] = """
            列出制造或检验某物品的设备、工装和仪器，以及它们当时是否在校准有效期内，与 GET /api/v1/calibration 相同。
            有一项已过期或从未校准时退出码为 1。
            """,
        ["made"] = """
            列出某设备或工装在一段时间内产出、装配或加工、检验的物品，与 GET /api/v1/made 相同。csv 给出全部；
            其他形式一页已满时，标准错误会给出如何继续。
            """,
        ["where"] = """
            显示标识所在的位置、所属部件、状态、是否冻结以及批次的剩余量，与 GET /api/v1/status 的应答相同。各项取自最近一次提及
            它的事件。
            """,
        ["story"] = "按时间列出提及该标识的所有事件，每行一个 JSON 对象。已更正的事件也在其中，其 status 为 voided。",
        ["trace"] = """
            沿事件追溯标识：由什么制成，制成了什么，各含多少。节点运行时也可执行。若达到 budget 而未追完，会给出继续所用的 cursor，退出码为 1。
            """,
        ["analyse"] = "就事件所述，一次比较多个标识。",
        ["analyse common"] = """
            找出不良标识共有、而良好标识没有的因素：批次、设备（含某一时段）、工装、人员、工艺、位置、测量值。最可能的在前，并给出其为偶然的概率 P。
            没有 P 的行与上一项发现所涉标识完全相同。节点运行时也可执行。若达到 budget 而未追完，退出码为 1。
            """,
        ["analyse rollup"] = """
            将标识由之制成（或由之制成）的全部标识的某一属性或测量值汇总为一个数，并列出缺少取值的标识，与 POST /api/v1/trace:rollup
            的应答相同。节点运行时也可执行。
            """,
        ["scan"] =
            "以 JSON 打印扫码所得标识的记录。带 --do 时改为判断能否这样使用该标识，并给出全部理由：可以时退出码为 0，不可以时为 1。",
        ["label"] = """
            一次写出订单所有标识的标签：已发出的；未发出时为已收到的，否则为已拣货的，否则为所涵盖的；托盘与其上的物品都在内。没有标签的标识在其中列出。
            """,
        ["stock"] = """
            列出当前何物在何处，先按位置，再按标识，与 GET /api/v1/stock 的应答相同。托盘上的物品位于托盘所在位置。节点运行时也可执行。
            一页已满时，标准错误会给出如何继续。
            """,
        ["stocktake"] = """
            将某位置的库存与扫码文件比较：缺少、在他处、账外、无法识别、重复扫描。不带 --record 时不产生变化。节点运行时也可执行。
            库存与扫码一致时退出码为 0，否则为 1。
            """,
        ["fulfilment"] = """
            按行列出订单或物流单的计划、拣货、发出、收到数量及缺少的数量，与 GET /api/v1/fulfilment 的应答相同。已完成时退出码为 0，
            否则为 1。
            """,
        ["events"] = "将事件和关联导入节点，或列出事件。",
        ["events list"] = """
            按时间列出事件，已更正的事件也在其中（status 为 voided），内容为开始列出时的状态。节点运行时也可执行。一页已满时，标准错误会给出如何继续。
            """,
        ["events import"] = """
            按文件中的顺序记录其事件和关联，节点运行与否均可。JSON Lines 的各行即 POST /api/v1/events 的请求体；含 from 的行为关联。CSV 的列与字段同名；单元格以
            ';' 分隔多个对象。quantity、unit、position 各列为关联的字段，或属于 items、inputs、children；inputs.quantity 之类的列只属于该字段。
            单元格为 JSON 列表或对象时按 JSON 读取。

            错误行写入 FILE.csv.bad.csv 或 FILE.jsonl.bad.jsonl，其余行照常记录。中断后用同一命令继续。重复导入同一文件不会重复记录：事件由其业务主键识别，没有业务主键时由其内容识别。
            """,
        ["import"] = """
            注册 CSV 文件的各行，或 idnode export 所写 JSON Lines 文件（.jsonl）的各行，节点运行与否均可。可重复属性的单元格以
            ';' 分隔多个值；空单元格表示没有值。错误行连同行号（不计表头）和原因写入 FILE.csv.bad.csv，其余行照常注册。中断后用同一命令继续；任何一行都不会重复注册，没有业务主键的行也不会。
            被电子表格变为数字的业务主键（6.90123E+12），以及业务主键相同而内容不同的两行，均为错误行。
            单元格开头的 =、+、-、@、制表符或换行符之前的一个撇号会被去掉（见 export --excel-safe）。

            文件可由他人制作：它只有 registrar 的权限，其中内容不能改变任何授权。须改变授权的自有文件（例如完整导出的文件）请加 --with-rights。
            """,
        ["export"] = """
            导出所有有效记录及其全部属性，节点运行与否均可。导出的 CSV 可由 import 读回：属性的多个值以 ';' 分隔；值中含 ';' 时写为
            JSON 列表。

            电子表格会把以 =、+、-、@、制表符或换行符开头的单元格当作公式，可能执行他人注册的内容（CWE-1236）。使用 --excel-safe 时，
            这样的单元格（负数除外）以撇号开头。供其他系统读取的文件不应使用该选项。
            """,
        ["template"] = "导入、导出模板及其数据分类和编码规则。",
        ["template import"] = """
            导入模板、数据分类和编码规则并发布模板，要么全部导入，要么全不导入。已有且相同的内容保持不变；内容不同的模板成为新版本，
            已有记录保留其注册时的版本。可见范围扩大的属性会被列出：导入他人的模板包之前，请先用 --dry-run 查看。

            --pack 将数据库更新到本版本 idnode 自带的模板；无人工修改时，节点启动时亦自动更新。属性的索引不变，已有记录照常解析。
            """,
        ["template export"] = "以 JSON 包导出模板的最新版本，以及所需的数据分类和编码规则。",
        ["key-file"] = """
            在节点运行时轮换密钥文件中的密钥，数据库中的机密由这些密钥加密。请以节点的用户身份执行：该文件仅其所有者可读。
            """,
        ["key-file list"] = "列出密钥文件中的密钥（从旧到新）以及各密钥所加密的数据密钥的数量。机密由数据密钥加密。",
        ["key-file add"] = """
            向密钥文件添加新密钥。须先将文件复制到其他节点，再由 idnode key-file rotate 使用。已有等待使用的密钥时不再添加。
            """,
        ["key-file rotate"] = """
            用密钥文件中等待使用的密钥（没有则新建）加密所有数据密钥，并为新的机密建立数据密钥。各节点在十秒内生效。
            中断后再次执行即可继续。多个节点各有密钥文件时，请先执行 idnode key-file add 并复制文件。
            """,
        ["key-file prune"] = """
            从密钥文件中删除不再加密任何数据密钥的旧密钥。请在每个节点上执行，或复制该文件。需要旧密钥的备份应与原来的文件一同保存。
            """,
        ["business-key"] = """
            添加、删除业务主键（其他系统用以识别同一对象的主键），并列出这些系统。一个标识最多有 16 个业务主键；同一来源的业务主键
            只属于一个标识。
            """,
        ["business-key add"] = "为标识添加业务主键。标识已有该业务主键时不产生变化。",
        ["business-key remove"] = "删除标识的业务主键。之后其他标识可以使用它。",
        ["business-key sources"] = """
            列出业务主键的来源。注册时首次出现的来源自动建立，属于该标识的前缀，不区分大小写；--add 可预先建立来源。来源的规则此后
            不可更改。
            """,
        ["erase"] = """
            从记录的所有版本和索引中永久擦除值；日志的顺序和哈希不变。标识保留，以已擦除的业务主键再次发送的对象仍能识别。此操作记入
            审计日志。更早的备份中仍有这些值。
            """,
        ["backup"] = "将数据库备份为一个文件，节点运行时即可执行。备份不含密钥文件。",
        ["restore"] = """
            完整检查备份，并用它替换数据库；原数据库另行保留。该目录上不得有节点运行，且密钥文件须已就位。

            备份之后发出的标识已印在标签上，因此不会再次发出：流水号从原数据库的位置继续。备份之后写入的内容连同业务主键列入一个 JSON
            Lines 文件，供重新发送。存储从新的日志开始，以便跟随原日志的系统察觉。原数据库丢失或无法读取且未给出 --gap 时，恢复后的
            存储只能读取，执行 idnode log restart 之后才能写入。
            """,
        ["log"] = "显示变更日志；从备份恢复后开始新的日志。",
        ["log show"] =
            "显示存储所用的日志及此前的每个日志：名称、第一个和最后一个条目、开始的时间和原因，以及其他系统所见之前日志的最后条目。跟随者的"
            + "游标和实体标签都含日志名，因此能察觉日志已更换。",
        ["log restart"] = """
            为从备份恢复的存储开始新的日志。在此之前，存储只能读取，不能写入。节点运行时，在一个节点上执行一次；其他节点在一秒内跟上。

            请说明备份之后发出了哪些号码，因为它们已印在标签上：给出原数据库，或给出所有流水号要跳过的个数。
            """,
        ["copy"] = """
            将存储整体复制到同类或另一类的空存储：标识、版本、日志及其序号、模板、密钥、审计和统计。请先停止两边的节点。中断后再次执行即
            从中断处继续。最后逐行比较两个存储；在此之前节点不会在新存储上启动。密钥文件不在存储中：新存储上的节点须使用同一密钥文件。

            两个存储接下来会发出相同的号码：请勿再让任何节点写入原存储，或用 --gap 使新存储跳过若干号码。
            """,
        ["doctor"] =
            "检查数据库：日志、计数器、索引，以及内置数据库的文件。不作任何修改，节点运行时即可执行。正常时退出码为 0，否则为 1。",
        ["enterprise"] =
            "显示向本节点上报标识的企业，并设置其节点的地址。企业即有密钥限定于其上的前缀：idnode key create --prefix。",
        ["enterprise list"] = """
            列出向本节点上报标识的企业：其有效密钥、本节点的标识数、最近注册和最近访问的时间，以及解析转至何处。
            """,
        ["enterprise route"] = """
            设置企业节点的地址：对其前缀的解析转至该节点，HTTP 以 307 重定向，Handle 协议以转介应答。地址和端口在企业节点自行更改之前有效；
            URL 含主机名或地址未变时，此后仍保留。
            """,
        ["partner"] = """
            建立并显示合作伙伴，即其他企业：密钥可属于合作伙伴（idnode key create --partner），授权给予合作伙伴（idnode grant add）。使用
            同一目录的运行中节点在一秒内生效。
            """,
        ["partner add"] = """
            建立合作伙伴并以 JSON 打印。已存在时整体更改，代码除外；重复执行不产生变化。合作伙伴不能删除。
            """,
        ["partner list"] = "按代码列出合作伙伴。",
        ["partner show"] = """
            以 JSON 显示合作伙伴、其有效密钥的 ID，以及给予它或其所在组的授权，包括已结束的授权。
            """,
        ["grant"] = """
            设置合作伙伴可以看到什么。授权不可更改：请建立新的授权并结束原有授权。使用同一目录的运行中节点在一秒内生效。
            """,
        ["grant add"] = """
            建立授权并以 JSON 打印。授权显示所涵盖的标识，即所列模板中符合 --where 的标识：其公开属性以及另外列出的内容。
            """,
        ["grant list"] = "按建立的先后列出授权，包括已结束的授权。",
        ["grant end"] = "永久结束授权。它仍在列表中；重复执行不产生变化。",
        ["audit"] = "显示审计日志：何人、从何处、做了什么，以及哪些请求被拒绝。除到期外，任何操作都不能删除其中的行。",
        ["audit list"] = "列出审计行，最新的在前。",
        ["audit export"] = "将所有审计行按从旧到新写为 JSON，每行含其在哈希链中的位置，供 verify 及他处核验。",
        ["audit verify"] = "核验没有行被改动、删除或改变顺序，且与变更日志中的摘要一致。正常时退出码为 0，否则为 1。",
        ["statistics"] = """
            按日、模板和来源显示注册、变更、注销和解析的次数，与 GET /api/v1/statistics 相同。reported-register 与 reported-resolve 为
            下级节点上报的统计，其来源为该节点存储的名称。最近几秒的解析次数仍在运行的节点中。
            """,
        ["readers"] = """
            列出变更日志的各读取者、其进度和搁置的条目。读取者按顺序逐条处理一次；CURSOR 为最后处理的条目，LAG 为待处理的条数。无法处理
            的条目重试三次后搁置，读取者继续处理其后的条目。

            消除搁置的原因后，可让读取者从该条目继续。其后的条目会再处理一次：统计会重复计数。运行中的节点在写入下一条时继续。
            """,
        ["upstream"] = """
            显示上报二级节点的进度以及二级节点拒绝的内容。配置了 Upstream:Url（--upstream-url）的运行中节点按变更日志的顺序自动上报
            记录的每次变更。二级节点无法访问时，注册照常进行，变更等待上报。

            被二级节点最终拒绝的内容连同原因搁置，其余照常上报。修改记录后，新版本自动上报，搁置随之解除；或在二级节点消除原因后执行 retry。
            """,
        ["upstream status"] =
            "显示二级节点落后多少：最后上报的日志条目、等待的条数和时间、被拒绝的条数，以及最近一次失败的原因。由上报的节点每隔几秒写入。",
        ["upstream letters"] = """
            列出二级节点拒绝的记录及原因。SEQUENCE 为被拒绝的日志条目的序号，其他命令以此指定。标为 again 的会自动重新发送；其余等待处理：
            修改记录（随后自动上报），或重试，或放弃。
            """,
        ["upstream retry"] = """
            按记录的现状重新发送被拒绝的记录，由运行中的节点在几秒内完成。请先在二级节点消除原因，例如缺少前缀。问题在记录本身时，请修改
            记录，修改后自动上报。
            """,
        ["upstream drop"] =
            "放弃被拒绝的记录，不再询问：在其于本节点变更之前，二级节点上的内容保持不变。记录本身保留。记入审计日志。",
        ["upstream reconcile"] = """
            逐条读取二级节点应有的内容，列出缺失、不同或应已删除的记录。二级节点为同类节点时，还列出其在上报前缀下独有的标识。尚未上报的
            变更不比对，只计数。中断后再次运行时从中断处继续。退出码 0：一致或已修复；1：有差异；2：无法运行。

            二级节点或本节点从备份恢复之后，应运行此命令。
            """,
        ["handle"] =
            "Handle 协议工具：查询任意 Handle 服务器，显示解析的每一步，以文件导入、导出标识，并生成提交给二级节点的站点信息。",
        ["handle resolve"] = """
            打印任意前缀的标识的值：查询一个服务器，或自根节点起、经递归节点查找其归属节点。未给出 --server 时，由配置项
            Foreign:Recursive 和 Foreign:Roots 决定查询对象；无需数据目录。每个值一行：索引、类型、TTL（秒）、权限（管理员 rw、
            所有人 rw）、修改时间和数据（已知类型会解码）。标识不存在或无应答时退出码为 1。
            """,
        ["handle trace"] = """
            逐步打印解析过程：查询的内容、对象、方式、耗时和应答，最后打印值。缩进的步骤是为此须先查明的内容，例如前缀的归属节点。选项与
            handle resolve 相同。与节点一样，记录中出现的地址只有为公网地址或已列入允许范围（--allow、配置项 Foreign:Allowed）时
            才会访问。
            """,
        ["handle import"] = """
            以文件中的值创建标识，节点运行与否均可。每行为一个标识及其值，格式为 Handle HTTP 接口的 JSON：
              {"handle":"88.300.1/A","values":[{"index":1,"type":"URL","data":{"format":"string","value":"a"}}]}
            前缀的记录 0.NA/88.300.1 使该前缀归属本节点。未归属本节点的前缀的标识被拒绝，除非其前缀记录在前。已有相同值的标识保持不变，
            因此同一命令可重复执行，中断后亦然。被拒绝的行连同行号和原因写入 FILE.bad.csv，其余照常导入。

            文件具有管理员的全部权限：其中的 HS_ADMIN、HS_SECKEY、HS_PUBKEY、HS_SITE 等值决定谁可以做什么。他人制作的文件请先查看再导入。
            """,
        ["handle export"] = """
            导出所有有效标识及其全部值，节点运行与否均可：每行一个 JSON，可由 idnode handle import 读回；前缀记录在前，各部分按键排序。
            按模板注册的记录以 Handle 客户端所见的值导出；导入别处后有这些值，但没有模板。HS_SECKEY 值默认不导出。
            """,
        ["handle site"] = """
            生成二级节点运营方配置企业前缀所需的文件：站点记录（siteinfo.json）和站点公钥（pubkey.pem，以及作为 HS_PUBKEY 值数据的
            pubkey.base64）。密钥对在首次启动或执行本命令时生成，私钥保存在数据库中。地址、说明和序列号为配置项 Site:Address、
            Site:Description 和 Site:Serial：站点变更时请递增序列号，并重新提交文件。
            """,
        ["health"] =
            "检测运行中的节点是否就绪（可接收流量），并打印其应答。就绪时退出码为 0，未就绪或 4 秒内无应答时为 1。",
        ["migrate"] = """
            将数据库迁移到本版本的结构。每次启动都会自动迁移：本命令用于在其他时间或以其他登录名执行。节点的登录名无权修改结构时，由
            管理员执行脚本。耗时的迁移分步进行：其间节点继续读取，中断后用同一命令继续。
            """,
        ["demo"] = """
            为节点填入虚构燃料电池工厂的数据：材料、批次、膜电极、电堆、系统、整车及其单据，以及说明由什么制成的事件。企业和人员均为虚构。其中有少量更新和一次注销，
            以便查看历史。重复执行不增加数据。打印两个时间，分别在使用中更换部件之前和之后，供导览查询。
            """,
        ["simulate"] = "在内存中模拟节点所连接的系统，供测试使用。不保存任何数据，不需要数据目录。",
        ["simulate secondary-node"] = """
            在内存中运行模拟的二级节点，直至收到 SIGTERM 或 Ctrl-C：提供 SNMS v3、v5 的登录、模板和标识接口以及前缀和解析路由接口，运行中可随时
            设置或取消故障。用于测试与二级节点对接的程序。不保存任何数据：结束后全部丢失。就绪后在标准输出打印一行
            'ready {"http":"127.0.0.1:8000"}'。
            """,
    };

    /// <summary>
    /// The descriptions of options and arguments: by verb and name where they differ from verb to verb, else by name.
    /// </summary>
    private static readonly Dictionary<string, string> s_options = new(StringComparer.Ordinal)
    {
        ["--help"] = "显示帮助。",
        ["--version"] = "显示版本。",
        ["--config"] = "另一个配置文件，优先于可执行文件旁和数据目录中的文件。",
        ["--lang"] = "消息和帮助的语言：zh 或 en。默认：由 LC_ALL、LC_MESSAGES 或 LANG 决定。",
        ["--data"] = "数据目录：数据库和密钥文件。默认：data（配置项 Data）。",
        ["--prefix"] = "归属本节点的企业前缀，例如 88.300.15907541011；可重复给出（配置项 Prefixes）。",
        ["--http"] = "HTTP 监听地址；端口 0 表示自动选取。默认：0.0.0.0:8080（配置项 Http）。",
        ["--grpc"] = "gRPC 监听地址（不带 TLS 的 HTTP/2）。默认：0.0.0.0:8081（配置项 Grpc）。",
        ["--snms"] =
            "SNMS 兼容接口单独使用的监听地址，例如 0.0.0.0:3000。默认：仅在 HTTP 端口上提供（配置项 Snms:Http）。",
        ["--handle"] = "Handle 协议监听地址，TCP 与 UDP。默认：0.0.0.0:2641（配置项 Handle）。",
        ["--handle-admin"] =
            "通过 Handle 协议管理本服务器的管理员：某标识某索引处的密钥。可重复给出（配置项 HandleAdmins）。",
        ["--public-url"] =
            "二维码与 URL 的基地址，应为手机能访问的地址。默认：实际监听的 HTTP 地址（配置项 PublicUrl）。",
        ["--upstream-url"] =
            "各项变更上报的二级节点：其 SNMS 接口的地址，例如 https://snms.example.com:8000。默认：无（配置项 Upstream:Url）。",
        ["--upstream-user"] = "二级节点分配的用户名或 AccessKey（配置项 Upstream:User）。",
        ["--upstream-secret-file"] =
            "存放密码或 SecretKey 的文件；末尾的换行符会被去掉（配置项 Upstream:SecretFile）。",
        ["--check"] =
            "不启动服务：检查配置、证书、密钥文件、存储和模板，并列出所有问题。不打开端口，不建立任何文件。可以启动时退出码为 0，否则为 2。",
        ["--role"] =
            "admin：全部权限；registrar：注册、更新、注销；reader：可见全部属性；partner：可见公开属性和合作伙伴属性；auditor：只可查阅审计日志及公开内容。",
        ["--name"] = "密钥的用途，例如 mes-line-3。",
        ["--expires"] = "到期时间，例如 2027-01-01T00:00:00+08:00，或从现在起的天数，例如 90d。默认：365d。",
        ["--only-node"] = "没有其他节点使用该 SQL Server 数据库，无须先复制新密钥。",
        ["--no-expiry"] = "密钥永不到期。",
        ["key create --secret"] =
            "用户（--name）通过 SNMS 兼容接口登录所用的密码；- 表示从标准输入读取。本机其他用户可看到命令行，请优先使用 - 或 "
            + "--secret-file。",
        ["key create --secret-file"] = "存放该密码的文件；末尾的换行符会被去掉。",
        ["--rate-limit"] = "每秒请求数。默认：不限。",
        ["key create --prefix"] =
            "限定密钥的前缀：无论以何种协议，都只能读写其下的内容。位于归属前缀之下时，将随密钥一并归属本节点。不用于角色 admin。默认：整个节点。",
        ["--json"] = "以 JSON 输出，供程序使用。",
        ["key revoke ID"] = "密钥的 ID，见 idnode key list；不是密钥本身。",
        ["--template"] = "模板代码，例如 membrane-roll。",
        ["--identifier"] = "标识（前缀/后缀）。默认：由模板的编码规则生成。",
        ["--source"] = "对象所来自的系统，例如 mes。",
        ["--source-key"] = "对象在该系统中的业务主键：业务主键相同即为同一对象。",
        ["--attribute"] = "属性值，形如 代码=值；同一代码再次给出，即为可重复属性的下一个值。",
        ["--reinstate"] = "以这些值恢复已注销的标识。",
        ["ID"] = "标识（前缀/后缀）。",
        ["resolve ID"] = "对象或模板的标识（前缀/后缀）。",
        ["--as"] = "以何种身份查看：admin、reader、partner、anonymous。",
        ["import FILE"] = "文件：CSV（首行为表头，RFC 4180）或 .jsonl。",
        ["import --update"] = "按文件修改内容不同的记录；文件中没有的内容保持不变。不加此选项时，这样的行被拒绝。",
        ["import --with-rights"] =
            "同时接受只有 admin 才能写入的内容：前缀的记录，以及涉及授权的值（如 HS_ADMIN、HS_SECKEY、HS_PUBKEY）。"
            + "仅用于自有文件；这样的行逐一列出。默认：文件只有 registrar 的权限，这样的行为错误行。",
        ["--map"] =
            "属性所取的列，形如 属性=列名；可重复给出。列名与属性代码或其中文名称相同时无须给出，“粘”与“黏”视为相同。",
        ["--identifier-column"] = "标识所在的列。默认：identifier（如有）；否则由模板的编码规则生成。",
        ["import --source"] = "各行所来自的系统，例如 mes。",
        ["--source-column"] = "各行来源不同时，来源所在的列。",
        ["--source-key-column"] = "对象在该系统中的业务主键所在的列；须同时给出 --source 或 --source-column。",
        ["--delimiter"] = "单元格的分隔符：一个字符，或 tab。默认：由表头判断，逗号、分号或制表符。",
        ["--encoding"] =
            "文件的字符编码，例如 utf-8、gb18030（中文版 Excel）或 utf-16。默认：由字节顺序标记判断；全文均为 UTF-8 时为 UTF-8；否则须给出。",
        ["--dry-run"] =
            "只检查，不写入：检查所有行，列出新增、相同、不同和错误的行数及原因。唯一值是否已被使用，导入时才能判断。",
        ["template import --dry-run"] = "只检查，不写入，并列出将要更改的内容。",
        ["--batch"] = "每批注册的行数，1 至 2000。",
        ["import --restart"] = "从第一行开始，不接续上次的导入。",
        ["events import FILE"] = "文件：JSON Lines（.jsonl），或 CSV（首行为表头，RFC 4180）。",
        ["events import --map"] = "字段所取的列，形如 字段=列名；可重复给出。列名与字段相同时无须给出。",
        ["events import --with-rights"] =
            "同时接受对他人所发事件的更正。仅用于自有文件。默认：文件只有 registrar 的权限，这样的行为错误行。",
        ["events import --dry-run"] =
            "只检查，不写入：检查所有行，列出新增、相同和错误的行数及原因。部件是否包含自身、能否更正，导入时才能判断。",
        ["events import --batch"] = "每批记录的行数，1 至 2000。",
        ["events import --restart"] = "从第一行开始，不接续上次的导入。",
        ["export --template"] = "只导出该模板的记录；CSV 须给出。",
        ["--format"] = "csv 或 jsonl（每行一个 JSON 对象）。默认：由 --output 的扩展名决定，否则为 jsonl。",
        ["--output"] = "要写入的文件，完整写完后才出现。默认：标准输出。",
        ["--excel-safe"] = "供电子表格使用的 CSV：会被当作公式的单元格前加撇号，import 会将其去掉。",
        ["--pack"] =
            "不读文件，改为导入 idnode 自带的模板包：补充所缺内容，由以往模板包建立的模板成为新版本；经人工修改的模板保持原样，并予列出。",
        ["--merge"] = "与 --pack 一起使用：为经人工修改的模板补充所缺的属性和规则，保留其已有的全部内容；可重复给出。",
        ["template import FILE.json"] =
            "idnode template export 导出的包，或 GET /api/v1/templates/CODE 返回的单个模板。",
        ["template export --template"] = "模板代码；可重复给出。默认：全部。",
        ["label --order"] = "订单的标识；或用其业务主键的选项。",
        ["label --format"] = "zpl：标签打印机；html：A4 页面。",
        ["--dpi"] = "zpl：每英寸点数，203、300 或 600。默认：203。",
        ["--width"] = "zpl：mm。默认：50。",
        ["--height"] = "zpl：mm。默认：30。",
        ["--barcode"] = "zpl：第二个条码，code128 或 datamatrix。",
        ["--rfid"] = "zpl：同时写入 RFID 标签。",
        ["--columns"] = "html：每行的标签数。默认：3。",
        ["--refuse-held"] = "不打印已冻结的标识，并予列出。默认：在其标签上标明。",
        ["label --public-url"] = "二维码中 URL 的基地址。默认：配置项 PublicUrl。",
        ["--find"] = "代替标识：TEMPLATE:ATTRIBUTE=VALUE，只有一个标识符合。",
        ["--item-source"] = "代替 TEXT：知道该标识的系统，须同时给出 --item-key。",
        ["--item-key"] = "该标识在该系统中的业务主键。",
        ["--item-prefix"] = "与 --item-key 同用：多个前缀下的标识都有该业务主键时，其前缀。",
        ["trace --source"] = "代替 ID：知道该标识的系统，须同时给出 --source-key。",
        ["trace --source-key"] = "该标识在该系统中的业务主键。",
        ["trace --prefix"] = "与 --source-key 同用：多个前缀下的标识都有该业务主键时，其前缀。",
        ["where --source"] = "代替 ID：知道该标识的系统，须同时给出 --source-key。",
        ["where --source-key"] = "该标识在该系统中的业务主键。",
        ["where --prefix"] = "与 --source-key 同用：多个前缀下的标识都有该业务主键时，其前缀。",
        ["story --source"] = "代替 ID：知道该标识的系统，须同时给出 --source-key。",
        ["story --source-key"] = "该标识在该系统中的业务主键。",
        ["story --prefix"] = "与 --source-key 同用：多个前缀下的标识都有该业务主键时，其前缀。",
        ["fulfilment --source"] = "代替 ID：知道该标识的系统，须同时给出 --source-key。",
        ["fulfilment --source-key"] = "该标识在该系统中的业务主键。",
        ["fulfilment --prefix"] = "与 --source-key 同用：多个前缀下的标识都有该业务主键时，其前缀。",
        ["life --source"] = "代替 ID：知道该标识的系统，须同时给出 --source-key。",
        ["life --source-key"] = "该标识在该系统中的业务主键。",
        ["life --prefix"] = "与 --source-key 同用：多个前缀下的标识都有该业务主键时，其前缀。",
        ["calibration --source"] = "代替 ID：知道该标识的系统，须同时给出 --source-key。",
        ["calibration --source-key"] = "该标识在该系统中的业务主键。",
        ["calibration --prefix"] = "与 --source-key 同用：多个前缀下的标识都有该业务主键时，其前缀。",
        ["made --source"] = "代替 EQUIPMENT：知道该标识的系统，须同时给出 --source-key。",
        ["made --source-key"] = "该标识在该系统中的业务主键。",
        ["made --prefix"] = "与 --source-key 同用：多个前缀下的标识都有该业务主键时，其前缀。",
        ["analyse rollup --source"] = "代替 ID：知道该标识的系统，须同时给出 --source-key。",
        ["analyse rollup --source-key"] = "该标识在该系统中的业务主键。",
        ["analyse rollup --prefix"] = "与 --source-key 同用：多个前缀下的标识都有该业务主键时，其前缀。",
        ["label --source"] = "代替 --order：知道该标识的系统，须同时给出 --source-key。",
        ["label --source-key"] = "该标识在该系统中的业务主键。",
        ["label --prefix"] = "与 --source-key 同用：多个前缀下的标识都有该业务主键时，其前缀。",
        ["trace ID"] = "要追溯的标识或其 URI；或用其业务主键的选项。",
        ["--bad"] = "不良的标识：一个或多个标识（可重复给出）；或一个 TEMPLATE，或 TEMPLATE:ATTRIBUTE=VALUE。",
        ["--bad-file"] = "不良标识的文件，每行一个。",
        ["--good"] = "良好的标识，写法同 --bad。同时属于不良的不计入。",
        ["--good-file"] = "良好标识的文件，每行一个。",
        ["analyse common --from"] = "按模板选取时：该时间（例如 2026-03-01T08:00:00Z）及之后注册的标识。",
        ["analyse common --to"] = "按模板选取时：该时间之前注册的标识。",
        ["--kind"] =
            "要比较的类别：ancestor、equipment、tool、person、process、place、measurement；可重复给出。默认：全部。",
        ["analyse common --budget"] = "最多找到的标识数，含所比较的标识，不超过 2000000。",
        ["--p"] = "发现为偶然的最大概率，已按全部候选因素校正；1 表示全部列出。",
        ["analyse common --limit"] = "最多列出的发现数，不超过 100。",
        ["analyse common --format"] = "table，或 json（与 POST /api/v1/trace:common 的应答相同）。",
        ["analyse rollup ID"] = "要汇总的标识或其 URI；或用其业务主键的选项。",
        ["--function"] = "汇总方式：sum（合计）、mean（平均）、min（最小）、max（最大）或 spread（极差）。",
        ["analyse rollup --attribute"] = "取其值的数字属性的代码；或用 --measurement。",
        ["--measurement"] = "测量的特性，例如 carbonFootprint；或用 --attribute。",
        ["--weight"] = "用于 sum 和 mean：与取值相乘的数字属性，或 quantity。",
        ["analyse rollup --direction"] = "backward：汇总其由什么制成；forward：汇总由其制成了什么。",
        ["analyse rollup --template"] = "只取该模板的标识；可重复给出。",
        ["life ID"] = "要查询的标识或其 URI；或用其业务主键的选项。",
        ["life --at"] = "所查询的时间，例如 2026-03-01T08:00:00Z。默认：当前时间。",
        ["life --limit"] = "最多列出的事件数，不超过 1000。",
        ["calibration ID"] = "物品的标识或其 URI；或用 --event，或用其业务主键的选项。",
        ["calibration --event"] = "单个事件的编号。",
        ["calibration --after"] = "从前一次列出的末尾继续：其 next。",
        ["calibration --limit"] = "最多查看的事件数，不超过 200。",
        ["calibration --json"] = "以 JSON 给出 GET /api/v1/calibration 的应答。",
        ["made EQUIPMENT"] = "设备或工装：标识或文本；或用其业务主键的选项。",
        ["made --from"] = "该时间（例如 2026-03-01T08:00:00Z）及之后的事件。",
        ["made --to"] = "该时间之前的事件。",
        ["made --template"] = "只列出该模板的物品。",
        ["made --after"] = "从前一次列出的末尾继续：其 next。",
        ["made --limit"] = "一页的最多行数，不超过 1000。",
        ["made --format"] = "table、json（与 GET /api/v1/made 的应答相同）或 csv（全部）。",
        ["where ID"] = "要查询的标识或其 URI；或用其业务主键的选项。",
        ["story ID"] = "要查询的标识或其 URI；或用其业务主键的选项。",
        ["completeness --template"] = "模板代码。",
        ["completeness --from"] = "只查看该时间及之后注册的物品和经过的工序。默认：结束时间之前 31 天。",
        ["completeness --to"] = "只查看该时间之前的。默认：当前时间。",
        ["completeness --step"] = "列出已注册或经过其他工序、但未经过该工序的物品。",
        ["completeness --after"] = "从前一次应答的 next 处继续。",
        ["completeness --limit"] = "要查看的记录数。",
        ["quality --by"] =
            "统计维度，一个或两个：day、week、month、line、machine、tool、supplier、step、template、characteristic、defect。",
        ["quality --from"] = "只统计该时间及之后的事件。默认：结束时间之前 31 天。",
        ["quality --to"] = "只统计该时间之前的事件。默认：当前时间。",
        ["quality --template"] = "只统计该模板的物品。",
        ["quality --step"] = "只统计该工序。",
        ["quality --equipment"] = "只统计该设备或工装：标识或文本。",
        ["quality --characteristic"] = "只统计该特性的测量值。",
        ["quality --defect"] = "只统计该代码的缺陷。",
        ["quality --limit"] = "最多行数；其余合并为一行。",
        ["quality --format"] = "table 或 json（与 GET /api/v1/quality 的应答相同）。",
        ["scan TEXT"] = "扫码所得的文本：URL、标识或 GS1 元素串。",
        ["--do"] = "询问能否这样使用：use（使用）、move（移动）、ship（发货）、install（安装）。",
        ["--into"] = "用于制作什么，或装入什么；install 时必填。",
        ["--step"] = "工序。",
        ["scan --order-source"] = "代替 --order：知道该订单的系统，须同时给出 --order-key。",
        ["scan --order-key"] = "该订单在该系统中的业务主键。",
        ["scan --equipment-source"] = "知道所用设备的系统，须同时给出 --equipment-key。",
        ["scan --equipment-key"] = "设备在该系统中的业务主键；可重复给出。",
        ["scan --place"] = "位置；move 时必填。",
        ["scan --order"] = "订单或物流单。",
        ["--quantity"] = "批次的用量，为数字。",
        ["--unit"] = "用量的单位，例如 MTR。",
        ["stocktake FILE"] = "扫码结果，每行一个。",
        ["stocktake --place"] = "扫码所在的位置：标识或文本。",
        ["stocktake --record"] = "记录扫到的物品位于该位置。须同时给出 --source 和 --source-key。",
        ["stocktake --source"] = "与 --record 同用：发送方系统。",
        ["stocktake --source-key"] = "与 --record 同用：该次盘点在该系统中的业务主键；事件的业务主键以它开头。",
        ["--missing-to"] = "与 --record 同用：缺少的物品记为移至该位置。",
        ["fulfilment ID"] = "订单的标识或其 URI；或用其业务主键的选项。",
        ["stock --place"] = "该位置的库存：标识或文本。",
        ["stock --within"] = "该位置及其全部下级位置的库存。",
        ["stock --lot"] = "批次本身，以及 lot、batch 或 supplierLot 属性指明该批次的标识。",
        ["stock --item"] = "该标识或批次在何处。",
        ["stock --template"] = "该模板的标识。",
        ["stock --after"] = "从前一次列出的末尾继续：其 next。",
        ["stock --limit"] = "最多列出的行数，不超过 1000。",
        ["stock --json"] = "以 JSON 给出 GET /api/v1/stock 的应答。",
        ["--bom"] = "物料清单，该物料须与其物料行相符；未给出时以订单的物料行为准。",
        ["scan --equipment"] = "所用的设备；可重复给出。",
        ["--tool"] = "所用的工装；可重复给出。",
        ["--position"] = "在父件中的位置。",
        ["--record"] = "没有任何不许可的理由时记录该事件。须同时给出 --source 和 --source-key，或 --time。",
        ["scan --labels"] = "与 --record 和订单同用：同时以 zpl 打印该订单的标签。",
        ["scan --public-url"] = "与 --labels 同用：二维码中 URL 的基地址。默认：配置项 PublicUrl。",
        ["scan --source"] = "与 --record 同用：发送该事件的系统。",
        ["scan --source-key"] = "与 --record 同用：事件在该系统中的业务主键。同一业务主键表示同一事件。",
        ["--time"] = "与 --record 同用：发生的时间。默认：当前时间。",
        ["--item"] = "提及该标识或 URI 的事件，不论其在事件中的角色。",
        ["events list --type"] = "只列出该类型的事件，例如 move。",
        ["events list --place"] = "在该位置发生的事件：标识或文本。",
        ["--equipment"] = "该设备或工装的事件：标识或文本。",
        ["events list --from"] = "该时间（例如 2026-03-01T08:00:00Z）及之后的事件。",
        ["events list --to"] = "该时间之前的事件。",
        ["events list --order"] = "asc：最早的在前；desc：最近的在前。",
        ["events list --source"] = "与 --source-key 同用：该系统以该业务主键发送的事件。",
        ["events list --source-key"] = "与 --source 同用：事件在该系统中的业务主键。",
        ["events list --after"] = "从前一次列出结束处继续：其 next。",
        ["events list --limit"] = "最多列出的事件数。默认：jsonl 为全部，其他格式为 100，且不超过 1000。",
        ["events list --format"] = "table、json（一页，与 GET /api/v1/events 的应答相同）或 jsonl（每行一个事件）。",
        ["story --type"] = "只列出该类型的事件，例如 move。",
        ["--direction"] = "backward：由什么制成；forward：制成了什么；both：两者。",
        ["trace --type"] =
            "要沿用的关联：consumes、contains、covers、ships、produced-by、replaces；可重复给出。默认：前四种。",
        ["--at"] = "时间，例如 2026-03-01T08:00:00Z：只计当时成立的关联。默认：任何时候成立过的。",
        ["--number"] = "按日志的哪个序号读取。默认：最后一条。",
        ["trace --template"] = "只显示该模板的标识；可重复给出。追溯仍会经过其他标识。",
        ["--no-events"] = "只注册标识，不记录说明其经历的事件。",
        ["trace --attribute"] = "显示各标识的该属性，用于 json 和 csv；可重复给出。",
        ["trace --from"] = "只显示该时间及之后发生的。",
        ["trace --to"] = "只显示该时间之前发生的。",
        ["--budget"] = "最多找到的标识数，不超过 1000000。",
        ["--cursor"] = "从前一次追溯结束处继续：其 cursor。",
        ["--explain"] = "追溯结果中的标识：使用 --format json 时同时写出到它的路径。",
        ["trace --format"] = "json、ndjson（每行一个对象，边查边写）、csv（仅标识）、graphml 或 svg。",
        ["template export --output"] = "要写入的文件。默认：标准输出。",
        ["enterprise list --json"] = "以 JSON 输出，供程序使用。",
        ["enterprise route PREFIX"] = "企业的前缀。",
        ["enterprise route --address"] = "企业节点的 IP 地址，须同时给出至少一个端口。",
        ["enterprise route --tcp"] = "Handle 协议的 TCP 端口。",
        ["enterprise route --udp"] = "Handle 协议的 UDP 端口。",
        ["enterprise route --http-port"] = "解析页面的端口（http）。",
        ["enterprise route --url"] = "解析 URL 的开头，用以代替地址和端口，例如 https://id.example.com。",
        ["enterprise route --none"] = "不再转出：由本节点解析该企业的标识。",
        ["partner add CODE"] = "代码，1 至 64 个小写字母、数字或连字符，不可更改。",
        ["partner add --name"] = "名称。",
        ["partner add --name-zh"] = "中文名称。",
        ["partner add --company"] = "其模板为 company 的记录的标识。",
        ["partner add --group"] = "所在的组；可重复给出。",
        ["partner show CODE"] = "合作伙伴的代码。",
        ["key create --partner"] =
            "密钥所属的合作伙伴，用于角色 partner：可见授权给予该合作伙伴的内容。不与 --prefix 或 --secret 同用。",
        ["grant add --partner"] = "获得授权的合作伙伴。",
        ["grant add --group"] = "代替 --partner：组，其中的合作伙伴均获得授权。",
        ["grant add --template"] = "所涵盖标识的模板；可重复给出。默认：全部。",
        ["grant add --where"] = "标识的属性应为的值；可重复给出，同一属性的多个值取其一即可。",
        ["grant add --attribute"] = "无论可见性如何均显示的属性；可重复给出。",
        ["grant add --visibility"] = "所显示属性的最低可见性：public、partner 或 private。",
        ["grant add --event"] = "所显示事件的类型，例如 ship；可重复给出。",
        ["grant add --link"] = "所显示并可追溯的链接的种类，例如 contains；可重复给出。",
        ["grant add --measurements"] = "显示这些事件的测量值、参数和缺陷。",
        ["grant add --hidden"] = "未显示的标识在追溯结果中的形式：omit（不出现）或 anonymous（无名步骤）。",
        ["grant add --purpose"] = "用途，供人员和审计查阅。",
        ["grant add --from"] = "生效时间。默认：立即。",
        ["grant add --until"] = "失效时间。默认：无。",
        ["grant list --partner"] = "只列出给予该合作伙伴或其所在组的授权。",
        ["grant list --json"] = "以 JSON 输出，供程序使用。",
        ["grant end ID"] = "授权的 ID，见 idnode grant list。",
        ["business-key add --source"] = "识别该对象的系统，例如 wms。",
        ["business-key remove --source"] = "识别该对象的系统，例如 wms。",
        ["--key"] = "对象在该系统中的业务主键。",
        ["--add"] = "在首个业务主键之前建立该来源。",
        ["business-key sources --prefix"] = "与 --add 同用：其标识使用这些业务主键的归属前缀。默认：整个节点。",
        ["--case-sensitive"] = "与 --add 同用：业务主键区分大小写。",
        ["erase ID"] = "标识（前缀/后缀），已注销的亦可。不与 --event 同用。",
        ["--event"] = "要擦除其内容的事件的 id，代替标识。",
        ["--member"] = "与 --event 同用：要擦除的字段，例如 reason，或列表中的一项，例如 persons[0]；可重复给出。",
        ["erase --attribute"] = "要擦除的属性的代码；可重复给出。",
        ["--value"] = "要擦除的原始 Handle 值的索引；可重复给出。",
        ["--key-of"] = "要擦除的业务主键的来源，例如 mes；可重复给出。",
        ["--all"] = "擦除该记录曾有的全部属性、原始值和业务主键。",
        ["--yes"] = "不再询问。",
        ["backup FILE"] = "要写入的备份文件。",
        ["backup --force"] = "FILE 已存在时覆盖。",
        ["restore FILE"] = "备份文件。",
        ["--gap"] =
            "备份之后任一流水号至多发出的个数（可多不可少）。仅在原数据库丢失或无法读取时需要；其间没有注册则为 0。",
        ["copy --gap"] =
            "新存储中所有流水号跳过的个数。如继续写入原存储则需要，应不少于其任一流水号还会发出的个数，否则两边会发出相同的号码。",
        ["--aside"] = "恢复之前的数据库：它已发出的号码不再发出。",
        ["log restart --force"] = "即使本节点不知道存储缺少什么（例如在新机器上），也开始新的日志。",
        ["--from"] = "要复制的存储：数据目录，或 env:变量名（该变量为 SQL Server 连接字符串）。",
        ["--to"] = "空的存储，写法同上；数据目录不存在时自动建立。",
        ["--dead"] = "列出该读取者无法处理而搁置的条目及原因。",
        ["audit list --from"] =
            "只列出此时间及之后的行，例如 2026-11-22 或 2026-11-22T08:00:00+08:00；未注明时区时为 UTC。",
        ["audit list --to"] = "只列出此时间之前的行，写法同上。",
        ["audit list --caller"] = "只列出此调用者的行：密钥的 ID、command-line、node 或 anonymous。",
        ["audit list --action"] = "只列出此操作的行，例如 key.create。",
        ["audit list --target"] = "只列出关于此标识或名称的行。",
        ["audit list --outcome"] = "只列出此结果的行：done，或拒绝代码，例如 Forbidden。",
        ["audit list --network"] = "只列出来自此网络的行，写法同审计行所示：IPv4 地址，或 IPv6 的 /64。",
        ["audit list --limit"] = "最多列出的行数。",
        ["statistics --from"] = "第一天，例如 2026-11-01。默认：最后一天之前的一个月。",
        ["statistics --to"] = "最后一天。默认：今天（按工厂时区）。",
        ["statistics --template"] = "只显示该模板的统计。",
        ["statistics --prefix"] = "只显示该前缀及其下级前缀的统计。",
        ["statistics --json"] = "以 JSON 输出，供程序使用。",
        ["readers --restart"] =
            "让该读取者从 --from 的条目继续，可向前或向后，并清除其搁置的条目：该处之后的重新处理，之前的不再处理。记入审计日志。",
        ["readers --from"] = "之后读取的第一个条目：1 为全部，HEAD 之后的序号为不读取现有条目。",
        ["--after"] = "只列出此序号之后的条目，例如上次列出的最后一个序号。",
        ["upstream letters --limit"] = "最多列出的条数。",
        ["SEQUENCE"] = "idnode upstream letters 所列的序号。",
        ["upstream retry --all"] = "现有的全部条目。",
        ["upstream reconcile --repair"] =
            "先上报等待的变更，再按本节点的现状重新发送有差异的记录，并等待完成。二级节点为同类节点时，注销其独有、且仅由本用户写入的标识；"
            + "该前缀在上级的标识超过本节点两倍，或本节点曾从备份恢复时，不注销。",
        ["upstream reconcile --sample"] = "随机抽取约此数量的记录比对。默认：全部。",
        ["upstream reconcile --rate"] = "每秒最多读取的次数。默认：100。",
        ["upstream reconcile --aside"] =
            "本节点恢复之后：恢复时另存的原数据库。按其旁的丢失条目清单，查询本节点已丢失而二级节点仍有的标识；与 --repair 同用时在二级节点删除。",
        ["upstream reconcile --revoke-extras"] =
            "与 --repair 同用，用于曾从备份恢复的节点：注销二级节点上本节点没有的标识，即使它们可能是恢复时丢失的。",
        ["upstream reconcile --from-start"] = "从头开始，不从一天内同类比对的中断处继续。",
        ["upstream drop --all"] = "现有的全部条目。",
        ["HANDLE"] = "标识（前缀/后缀）；不含斜杠时为前缀的标识：88.300.1 即 0.NA/88.300.1。",
        ["--server"] = "只查询该服务器。",
        ["--root"] = "自该根节点起查找标识的归属节点。可重复给出（配置项 Foreign:Roots）。",
        ["--recursive"] = "由该递归节点查找（配置项 Foreign:Recursive）。",
        ["--allow"] =
            "允许访问记录中出现的该地址或网段，即使它是环回、专用或链路本地地址。可重复给出（配置项 Foreign:Allowed）。",
        ["--index"] = "只要该索引处的值。可重复给出。",
        ["--type"] = "只要该类型的值；以点结尾时包括其下各类型。可重复给出。",
        ["--tcp"] = "直接使用 TCP。默认：先 UDP，后 TCP。",
        ["--udp"] = "只使用 UDP；须同时给出 --server。",
        ["--auth"] = "以该管理员身份读取非公开的值：某标识某索引处的密钥；须同时给出 --server 和密钥文件。",
        ["--secret-file"] = "HS_SECKEY 的密钥文件；末尾的换行不计。",
        ["--key-file"] = "与 HS_PUBKEY 对应的私钥文件：PEM、PKCS#8、未加密。",
        ["--timeout"] = "总时限（秒），1 至 60。默认：5（配置项 Foreign:TimeoutSeconds）。",
        ["handle resolve --json"] = "以 JSON 输出，值的格式与 Handle.Net 的 HTTP 接口相同。",
        ["handle trace --json"] = "以 JSON 输出，值的格式与 Handle.Net 的 HTTP 接口相同。",
        ["handle import FILE"] = "文件：UTF-8，每行一个 JSON 对象；- 表示标准输入。",
        ["--overwrite"] =
            "已存在且值不同的标识，以文件中的值替换；已注销的标识予以恢复。文件中没有的值（包括 HS_SECKEY）会被删除。",
        ["handle export FILE"] = "要写入的文件，完整写完后才出现。默认或 -：标准输出。",
        ["handle export --prefix"] = "只导出该前缀的标识及前缀记录。默认：所有归属前缀。",
        ["--with-secrets"] = "同时以明文导出 HS_SECKEY 值。记入审计日志，FILE 只有您本人可读。",
        ["handle export --public-url"] =
            "按模板注册的记录的 URL 值的基地址。默认：与节点的应答相同（配置项 PublicUrl）。",
        ["--out"] = "文件所在的目录，不存在时自动建立。默认：当前目录。",
        ["handle site --handle"] = "与 serve 的选项相同。默认：配置项 Handle。",
        ["handle site --http"] = "与 serve 的选项相同。默认：配置项 Http。",
        ["--url"] =
            "检测的地址，未给出路径时为 /readyz；应答 2xx 即为就绪。默认：本机节点的 /readyz，端口见配置项 Http。",
        ["--script"] =
            "不作修改：打印脚本，供管理员补齐 SQL Server 数据库缺少的部分；未设 Store:SqlServer 时打印全部结构。",
        ["simulate secondary-node --http"] = "监听地址；端口 0 表示自动选取。",
        ["--any-address"] =
            "允许 --http 为其他机器可访问的地址。凡能访问者都可设置故障：/simulator/ 下的接口不需要令牌。",
        ["--user"] = "用于登录的用户名。",
        ["simulate secondary-node --secret-file"] = "存放密码的文件；- 表示从标准输入读取。末尾的换行符会被去掉。",
        ["simulate secondary-node --prefix"] = "该用户可在其下注册标识的企业前缀；可重复给出。",
        ["--fault"] =
            "启动时即生效的故障：名称及其参数；可重复给出。名称：slow、status504AfterSuccess、dropAfterSuccess、http500、http503、"
            + "notLoggedIn、busy、refuse、forbidden、failed、closed。参数：count、path、milliseconds、retryAfter、handle、message。",
        ["--token-life"] = "令牌的有效秒数。",
        ["--stacks"] = "工厂制造的电堆数，1 至 10000；每台约有数百个标识。",
    };

    /// <summary>Puts a command, its options and those below it into Chinese.</summary>
    public static void Apply(Command command, string path = "")
    {
        if (s_verbs.TryGetValue(path, out var text))
        {
            command.Description = text + Examples(command.Description ?? "");
        }
        foreach (var symbol in command.Options.Cast<Symbol>().Concat(command.Arguments))
        {
            if (
                s_options.TryGetValue($"{path} {symbol.Name}", out var own)
                || s_options.TryGetValue(symbol.Name, out own)
            )
            {
                symbol.Description = own;
            }
        }
        foreach (var verb in command.Subcommands)
        {
            Apply(verb, $"{path} {verb.Name}".Trim());
        }
    }

    private static string Examples(string english)
    {
        var at = english.IndexOf("\nExample", StringComparison.Ordinal);
        return at < 0 ? "" : "\n\n示例：" + english[english.IndexOf('\n', at + 1)..];
    }
}
