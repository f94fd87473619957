using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Telemetry;

/// <summary>Holds the table of metrics in <c>docs/operations.md</c> to the instruments there are.</summary>
[TestFixture]
public sealed partial class TelemetryDocumentTests
{
    [Test]
    public async Task Document_TableOfMetrics_HasEachWithItsUnit()
    {
        // With every part that has instruments; nothing listens there.
        using var directory = new TemporaryDirectory();
        var secret = directory.File("secret");
        await File.WriteAllTextAsync(secret, "none");
        await using var node = await TestNode.StartAsync(o =>
        {
            o.Redis.Configuration = "127.0.0.1:1,connectTimeout=200";
            (o.Upstream.Url, o.Upstream.User, o.Upstream.SecretFile) = ("http://127.0.0.1:1", "none", secret);
        });
        await node.GetAsync($"/api/v1/identifiers/{await node.RegisterAsync()}", Role.Reader);
        var ours = new List<Instrument>();
        using (var listener = new MeterListener())
        {
            // Given all there are, without listening to any.
            listener.InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter == node.Node.Telemetry.Meter)
                {
                    ours.Add(instrument);
                }
            };
            listener.Start();
        }

        var documented = Row()
            .Matches(RepositoryFolder.Read("docs", "operations.md"))
            .Select(m => (m.Groups[1].Value, m.Groups[2].Value));

        Assert.That(documented, Is.EquivalentTo(ours.Select(i => (i.Name, i.Unit))));
        Assert.That(ours.Select(i => i.Description), Is.All.Not.Empty);
    }

    [GeneratedRegex(@"^\| `([a-z_.]+)` \| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
