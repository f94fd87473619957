using Google.Protobuf;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Grpc;

namespace IdResolution.Server.Tests.Rest;

/// <summary>What each call that reads leaves in the audit log, where reads are audited.</summary>
[TestFixture]
public sealed class AuditedReadingCallTests : NodeFixture
{
    private protected override void Configure(NodeOptions options) => options.Access.AuditReads = true;

    /// <summary>The calls for readers that leave no line of their own, and why.</summary>
    private static readonly Dictionary<string, string> s_none = new()
    {
        ["GET /api/v1/sources"] = "(definitions)",
        ["GET /api/v1/templates"] = "(definitions)",
        ["GET /api/v1/templates/{code}"] = "(definitions)",
        ["GET /api/v1/templates:export"] = "(definitions)",
        ["GET /api/v1/categories"] = "(definitions)",
        ["GET /api/v1/coding-rules"] = "(definitions)",
        ["POST /api/v1/coding-rules:try"] = "(definitions)",
        ["POST /api/v1/coding-rules/{code}/try"] = "(definitions)",
        ["GET /api/v1/statistics"] = "(numbers)",
        ["GET /api/v1/upstream"] = "(about the node)",
        ["GET /api/v1/upstream/letters"] = "(about the node)",
    };

    [Test]
    public async Task EveryCallForReaders_LeavesALine()
    {
        var wrong = new List<string>();
        var trail = new AuditTrail(Server);
        var grant = await Server.GrantAsync("matrix");
        foreach (var (call, (needed, matrixTarget, matrixBody)) in RoleMatrixTests.Calls)
        {
            if (needed is not (Role.Reader or Role.Partner))
            {
                continue;
            }
            var id = await Server.RegisterAsync();
            var seen = await Server.ObserveAsync(id);
            string Fill(string text) =>
                text.Replace("ID", id, StringComparison.Ordinal)
                    .Replace("EVENT", seen, StringComparison.Ordinal)
                    .Replace("GRANT", grant, StringComparison.Ordinal);
            await trail.BeginAsync();

            var answer = await Server.SendAsync(
                Role.Reader,
                call.Split(' ')[0],
                Fill(matrixTarget),
                matrixBody is null ? null : Fill(matrixBody),
                trail.Header
            );

            var lines = await trail.LinesAsync();
            var isRight =
                answer.Status is >= 200 and < 300
                && lines.Any(static line => line.Outcome == "done") != s_none.ContainsKey(call)
                && lines.All(line => (line.Source, line.Trace) == ("127.0.0.1", trail.Trace))
                && (
                    lines.Count == 0
                    || !matrixTarget.Contains("ID", StringComparison.Ordinal)
                    || lines.Any(line => line.Target == id)
                );
            if (!isRight)
            {
                wrong.Add($"{call}: {answer.Status} {string.Join(", ", lines.Select(l => $"{l.Action} {l.Target}"))}");
            }
        }
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public async Task Trace_OverGrpcAndOnAPage_LeavesALine()
    {
        var id = await Server.RegisterAsync();
        await Server.ObserveAsync(id);
        var trail = new AuditTrail(Server);
        await trail.BeginAsync();
        using var grpc = new RawGrpc(Server.GrpcEndPoint);

        var (status, _) = await grpc.SendBytesAsync(
            "idresolution.v1.Traceability/Trace",
            new V1.TraceRequest { Identifier = id }.ToByteArray(),
            Server.KeyOf(Role.Reader)
        );
        var page = await Server.GetAsync("/trace?id=" + id, Role.Reader);

        Assert.That((status, page.Status), Is.EqualTo(("0", 200)));
        Assert.That(
            (await trail.LinesAsync()).Select(line => (line.Action, line.Target, line.Outcome)),
            Is.EquivalentTo([("gRPC /idresolution.v1.Traceability/Trace", id, "done"), ("GET trace", id, "done")])
        );
    }

    [TestCase("/ID")]
    [TestCase("/r?id=ID")]
    public async Task Read_WithAKeyPostedToAPage_NamesKeySourceAndTrace(string target)
    {
        var id = await Server.RegisterAsync();
        var made = await Server.Node.Keys.CreateAsync(new NewKey(Role.Registrar), Caller.Node, default);
        var trail = new AuditTrail(Server);
        await trail.BeginAsync();

        var shown = await Server.SendAsync(
            (string?)null,
            "POST",
            target.Replace("ID", id, StringComparison.Ordinal),
            "key=" + made.Value.Text,
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "text/html"),
            trail.Header
        );

        Assert.That(shown.Status, Is.EqualTo(200));
        Assert.That(
            (await trail.LinesAsync())
                .Where(l => l.Action == "record.read")
                .Select(l => (l.Caller, l.Target, l.Source, l.Trace)),
            Is.EqualTo([(made.Value.Key.Id, id, "127.0.0.1", trail.Trace)])
        );
    }
}
