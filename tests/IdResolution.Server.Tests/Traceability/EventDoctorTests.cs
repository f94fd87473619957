using IdResolution.Core.Access;
using IdResolution.Server.Hosting;
using IdResolution.Server.Tests.Rest;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>Doctor finds the rows of every kind of event to be what its state says.</summary>
[TestFixture]
public sealed class EventDoctorTests : NodeFixture
{
    [Test]
    public async Task Run_EventsOfEveryKind_FindsNothing()
    {
        string New(string name) => Server.NewId(name);
        var (lot, piece, box, old) = (New("lot"), New("piece"), New("box"), New("old"));
        string[] bodies =
        [
            $$"""
                {"type":"operate","time":"2026-03-01T08:00:00.123456Z","inputs":[{"identifier":"{{lot}}","quantity":12.5,"unit":"MTR",
                 "position":"left"},{"identifier":"{{New(
                    "water"
                )}}","quantity":"0.12345678901234567","unit":"LTR"}],"outputs":["{{piece}}"],
                 "items":["{{box}}"],"equipment":["Press 7"],"tools":["Tool 1","Tool 2"],"persons":["Ann","Bob"],"process":"P 1",
                 "place":"Hall 3","step":"coating","documents":[{"text":"PO 1","type":"po"}],
                 "measurements":[{"characteristic":"d","value":1.5}],"defects":[{"code":"x","count":2}],"ext:a":{"b":[1]} }
                """,
            $$"""{"type":"assemble","time":"2026-03-01T08:01:00Z","parent":"{{box}}","children":["{{piece}}","{{old}}"]}""",
            $$"""
                {"type":"replace","time":"2026-03-01T08:02:00Z","parent":"{{box}}","inputs":["{{old}}"],"outputs":["{{New(
                    "new"
                )}}"]}
                """,
            $$"""{"type":"disassemble","time":"2026-03-01T08:03:00Z","parent":"{{box}}"}""",
            $$"""{"type":"cover","time":"2026-03-01T08:04:00Z","items":["{{piece}}"],"documents":["Order 5"]}""",
            $$"""{"type":"ship","time":"2026-03-01T08:05:00Z","items":["{{piece}}"],"documents":["Order 6"]}""",
            $$"""{"type":"hold","time":"2026-03-01T08:06:00Z","items":["{{lot}}"],"scope":"made-from","reason":"r"}""",
            $$"""{"type":"hold","time":"2026-03-01T08:06:00Z","items":["{{box}}"],"scope":"item","reason":"r"}""",
            $$"""{"type":"release","time":"2026-03-01T08:07:00Z","items":["{{box}}"]}""",
        ];
        foreach (var body in bodies)
        {
            var sent = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/events", body);
            Assert.That(sent.Status, Is.EqualTo(201), sent.ToString());
        }

        var findings = Doctor.Run(DataDirectory.StoreIn(Server.Node.Options), null, default);

        Assert.That(findings.Where(f => !f.Ok).Select(f => $"{f.Check}: {f.Detail.En}"), Is.Empty);
        Assert.That(findings.Single(f => f.Check == "events").Detail.En, Does.Contain("members"));
    }
}
