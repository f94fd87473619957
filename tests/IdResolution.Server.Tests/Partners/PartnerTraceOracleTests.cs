using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Partners;

/// <summary>
/// What partners are shown of traces is what the owner is shown, filtered by an <see cref="EventOracle"/>, in all
/// forms; and a trace of what they may not see is answered as one of what is not there.
/// </summary>
[TestFixture]
public sealed class PartnerTraceOracleTests : PartnerPlantFixture
{
    private const string Trace = "/api/v1/trace/";

    private static readonly string[] s_followed = ["consumes", "contains", "covers", "ships"];

    private static readonly string[] s_forms = ["json", "ndjson", "csv", "graphml", "svg", "html"];

    [TestCase("backward")]
    [TestCase("forward")]
    [TestCase("both")]
    public async Task Trace_IsTheOwnersFiltered(string direction)
    {
        var all = await EventsAsync();
        foreach (var root in Items)
        {
            foreach (var partner in Partners.Where(partner => OracleOf(partner).Sees(root)))
            {
                var got = (await AsAsync(partner, $"{Trace}{root}?direction={direction}")).Json;
                var expected = await ExpectedAsync(root, partner, direction, all.Find);
                var what = $"{partner} {root} {direction}";
                Assert.That(
                    got.GetProperty("nodes").EnumerateArray().Select(NodeOf),
                    Is.EquivalentTo(expected.Nodes),
                    what
                );
                Assert.That(
                    got.GetProperty("links").EnumerateArray().Select(LinkOf),
                    Is.EquivalentTo(await LinesAsync(expected.Links, partner)),
                    what
                );
                Assert.That(got.GetProperty("found").GetInt64(), Is.EqualTo(expected.Nodes.Count), what);
                Assert.That(got.GetProperty("complete").GetBoolean(), what);
                Assert.That(got.GetProperty("findings").GetArrayLength(), Is.Zero, what);
                Assert.That(got.TryGetProperty("number", out _), Is.False, what);
                foreach (var node in got.GetProperty("nodes").EnumerateArray())
                {
                    var isNamed = !node.TryGetProperty("hidden", out _);
                    Assert.That(
                        OracleOf(partner).Sees(node.GetProperty("identifier").GetString()),
                        Is.EqualTo(isNamed)
                    );
                    Assert.That(
                        !node.TryGetProperty("via", out var via) || OracleOf(partner).Sees(via.GetString()),
                        $"{what}: {node}"
                    );
                    Assert.That(
                        node.TryGetProperty("quantity", out _) || node.TryGetProperty("balance", out _),
                        Is.False
                    );
                }
            }
        }
    }

    [Test]
    public async Task EveryForm_NamesWhatIsSeenAlone_AndAHiddenRootIsAnAbsentOne()
    {
        foreach (var root in Items.Where((_, i) => i % 4 == 0))
        {
            foreach (var partner in Partners)
            {
                foreach (var form in s_forms)
                {
                    var path = $"{Trace}{root}?direction=both&format={form}";
                    var got = await AsAsync(partner, path);
                    var what = $"{partner} {path}";
                    if (!OracleOf(partner).Sees(root))
                    {
                        var absent = await AsAsync(partner, $"{Trace}{Absent}?direction=both&format={form}");
                        Assert.That(got.Status, Is.EqualTo(404), $"{what}: {got}");
                        Assert.That(Plain(got, root), Is.EqualTo(Plain(absent, Absent)), what);
                        continue;
                    }
                    Assert.That(got.Status, Is.EqualTo(200), $"{what}: {got}");
                    var named = Items.Where(id => !OracleOf(partner).Sees(id)).Where(id => Names(got.Text, id));
                    Assert.That(named, Is.Empty, what);
                    Assert.That(got.Text, Does.Not.Contain("unknown"), what);
                }
            }
        }
    }

    [Test]
    public async Task Lines_AreWhatJsonHas()
    {
        foreach (var partner in Partners.Where(p => p is "all" or "packs" or "gaps"))
        {
            var root = Items.First(id => id.EndsWith("/pack2", StringComparison.Ordinal));
            var json = (await AsAsync(partner, Trace + root)).Json;
            var lines = (await AsAsync(partner, Trace + root + "?format=ndjson"))
                .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(static line => JsonDocument.Parse(line).RootElement)
                .ToList();

            Assert.That(
                lines
                    .Where(line => line.TryGetProperty("node", out _))
                    .Select(line => NodeOf(line.GetProperty("node"))),
                Is.EqualTo(json.GetProperty("nodes").EnumerateArray().Select(NodeOf))
            );
            Assert.That(
                lines
                    .Where(line => line.TryGetProperty("link", out _))
                    .Select(line => LinkOf(line.GetProperty("link"))),
                Is.EqualTo(json.GetProperty("links").EnumerateArray().Select(LinkOf))
            );
            Assert.That(lines[^1].GetProperty("end").GetProperty("complete").GetBoolean());
        }
    }

    [Test]
    public async Task Budget_CountsWhatIsShown_AndItsCursorsTellNothing()
    {
        var root = Items.First(id => id.EndsWith("/pack2", StringComparison.Ordinal));
        foreach (var partner in Partners.Where(p => OracleOf(p).Sees(root)))
        {
            var path = $"{Trace}{root}?direction=both";
            var whole = (await AsAsync(partner, path)).Json;
            var (nodes, links) = (new List<string>(), new List<string>());
            for (var cursor = ""; ; )
            {
                var page = (await AsAsync(partner, $"{path}&budget=2{cursor}")).Json;
                nodes.AddRange(page.GetProperty("nodes").EnumerateArray().Select(NodeOf));
                links.AddRange(page.GetProperty("links").EnumerateArray().Select(LinkOf));
                if (!page.TryGetProperty("cursor", out var next))
                {
                    break;
                }
                Assert.That(page.GetProperty("frontier").GetArrayLength(), Is.Zero);
                cursor = "&cursor=" + next.GetString();
            }
            Assert.That(nodes, Is.EqualTo(whole.GetProperty("nodes").EnumerateArray().Select(NodeOf)), partner);
            Assert.That(links, Is.EquivalentTo(whole.GetProperty("links").EnumerateArray().Select(LinkOf)), partner);
        }
        var first = (await AsAsync("all", $"{Trace}{root}?direction=both&budget=1")).Json;
        var other = $"{Trace}{root}?direction=forward&cursor={first.GetProperty("cursor").GetString()}";
        Assert.That((await AsAsync("all", other)).Status, Is.EqualTo(422));
        Assert.That((await AsAsync("all", $"{Trace}{root}?number=1")).Fields, Is.EqualTo(new[] { "number" }));
        Assert.That(
            (await AsAsync("all", $"{Trace}{root}?number=999999")).Text.Split("traceId")[0],
            Is.EqualTo((await AsAsync("all", $"{Trace}{root}?number=1")).Text.Split("traceId")[0])
        );
    }

    [Test]
    public async Task Explain_OfAHiddenItem_IsThatOfAnAbsentOne()
    {
        var root = Items.First(id => id.EndsWith("/pack2", StringComparison.Ordinal));
        foreach (var partner in Partners.Where(p => OracleOf(p).Sees(root)))
        {
            foreach (var id in Items.Where(id => !OracleOf(partner).Sees(id)))
            {
                var got = await AsAsync(partner, $"{Trace}{root}?explain={id}");
                var absent = await AsAsync(partner, $"{Trace}{root}?explain={Absent}");
                Assert.That(got.Status, Is.EqualTo(422), $"{partner} {id}");
                Assert.That(Plain(got, id), Is.EqualTo(Plain(absent, Absent)), $"{partner} {id}");
            }
        }
    }

    [Test]
    public async Task Attributes_AreThoseThatAreShown_AndNoCodeIsTold()
    {
        var root = Items.First(id => id.EndsWith("/pack2", StringComparison.Ordinal));
        var shown = await AsAsync("all", $"{Trace}{root}?attribute=model&attribute=cost");
        var unknown = await AsAsync("all", $"{Trace}{root}?attribute=model&attribute=nosuch");

        Assert.That(unknown.Text, Is.EqualTo(shown.Text));
        Assert.That(shown.Text, Does.Contain("\"model\"").And.Not.Contain("cost"));
    }

    [Test]
    public async Task AsAPartner_AnswersAReaderAsThePartner()
    {
        foreach (var root in Items.Where((_, i) => i % 7 == 0))
        {
            foreach (var partner in Partners)
            {
                var own = await AsAsync(partner, $"{Trace}{root}?direction=both");
                var asked = await Server.GetAsync($"{Trace}{root}?direction=both&as={partner}", Role.Reader);
                Assert.That(Plain(asked, root), Is.EqualTo(Plain(own, root)), $"{partner} {root}");
            }
        }
    }

    private async Task<(List<string> Nodes, List<string> Links)> ExpectedAsync(
        string root,
        string partner,
        string direction,
        Func<string, JsonElement?> find
    )
    {
        var oracle = OracleOf(partner);
        var (nodes, links, named) = (new List<string>(), new HashSet<string>(), new HashSet<string>());
        foreach (var way in direction == "both" ? new[] { "backward", "forward" } : [direction])
        {
            var owners = (await OwnersAsync($"{Trace}{root}?direction={way}&budget=100000")).Json;
            var passing = owners
                .GetProperty("links")
                .EnumerateArray()
                .Where(link => oracle.LinksOf(root).Intersect(s_followed).Contains(TypeOf(link)))
                .Where(link => Passes(oracle, link, "from") && Passes(oracle, link, "to"))
                .ToList();
            var (near, far) = way == "backward" ? ("from", "to") : ("to", "from");
            var at = new Dictionary<string, int> { [root] = 0 };
            for (var changed = true; changed; )
            {
                changed = false;
                foreach (var link in passing.Where(link => at.ContainsKey(End(link, near))))
                {
                    var (n, f) = (End(link, near), End(link, far));
                    var steps = at[n] + (oracle.Sees(f) || (oracle.Sees(n) && oracle.ShowsGaps(n)) ? 1 : 0);
                    if (!at.TryGetValue(f, out var before) || steps < before)
                    {
                        at[f] = steps;
                        changed = true;
                    }
                }
            }
            var sign = direction == "both" && way == "backward" ? -1 : 1;
            foreach (var (id, generation) in at.Where(n => oracle.Sees(n.Key)))
            {
                if (named.Add(id))
                {
                    nodes.Add($"{id} {sign * generation}");
                }
                if (oracle.ShowsGaps(id) && passing.Exists(l => End(l, near) == id && !oracle.Sees(End(l, far))))
                {
                    nodes.Add($"* {sign * (generation + 1)}");
                }
            }
            links.UnionWith(
                passing
                    .Where(l => oracle.Sees(End(l, near)) && oracle.Sees(End(l, far)) && at.ContainsKey(End(l, near)))
                    .Select(l => LinkOf(l, !IsEventSeen(oracle, l, find)))
            );
        }
        return (nodes, [.. links]);
    }

    private async Task<string[]> LinesAsync(List<string> links, string partner) =>
        links.Count == 0 ? [] : (await ToldAsync(string.Join('\n', links), partner)).Split('\n');

    private static bool Passes(EventOracle oracle, JsonElement link, string end) =>
        !oracle.Sees(End(link, end)) || oracle.LinksOf(End(link, end)).Contains(TypeOf(link));

    private static bool IsEventSeen(EventOracle oracle, JsonElement link, Func<string, JsonElement?> find) =>
        find(link.GetProperty("event").GetString()!) is { } one && oracle.Seen(one, find) is not null;

    private static string TypeOf(JsonElement link) => link.GetProperty("type").GetString()!;

    private static string End(JsonElement link, string end) => link.GetProperty(end).GetString()!;

    private static string NodeOf(JsonElement node) =>
        $"{node.GetProperty("identifier").GetString()} {node.GetProperty("generation").GetInt32()}";

    private static string LinkOf(JsonElement link) => LinkOf(link, isEventHidden: false);

    private static string LinkOf(JsonElement link, bool isEventHidden)
    {
        var text = new StringBuilder();
        foreach (var member in link.EnumerateObject().Where(m => !isEventHidden || m.Name != "event"))
        {
            text.Append(member).Append(' ');
        }
        return text.ToString();
    }

    /// <summary>True if a text has an identifier that is not the beginning of a longer one.</summary>
    private static bool Names(string text, string id)
    {
        for (var at = text.IndexOf(id, StringComparison.Ordinal); at >= 0; )
        {
            if (at + id.Length == text.Length || !char.IsAsciiDigit(text[at + id.Length]))
            {
                return true;
            }
            at = text.IndexOf(id, at + 1, StringComparison.Ordinal);
        }
        return false;
    }
}
