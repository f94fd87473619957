using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class SearchTests : NodeFixture
{
    private const string Route = "/api/v1/search?";

    private readonly List<string> _ids = [];
    private DateTimeOffset _between;

    [OneTimeSetUp]
    public async Task RegisterAsync()
    {
        foreach (
            var (name, cost, made, source) in new[]
            {
                ("alpha", "-0", "2026-01-01", "mes"),
                ("alphabet", "9", "2026-01-02", "mes"),
                ("Beta", "10", "2026-01-03", "erp"),
                ("膜电极", "99.5", "2026-01-04", "erp"),
                ("膜😀", "100", "2026-01-05", "erp"),
            }
        )
        {
            if (_ids.Count == 3)
            {
                await Task.Delay(5);
                _between = DateTimeOffset.UtcNow;
                await Task.Delay(5);
            }
            _ids.Add(
                await Server.RegisterAsync(
                    $$""" "source":"{{source}}","sourceKey":"{{name}}","attributes":{"name":"{{name}}","cost":{{cost}},"made":"{{made}}","tags":["t-{{source}}","{{name}}"]} """
                )
            );
        }
    }

    [TestCase("template=part", "0 1 2 3 4")]
    [TestCase("source=mes", "0 1")]
    [TestCase("source=erp&sourceKey=Beta", "2")]
    [TestCase("source=mes&sourceKey=Beta", "")]
    [TestCase("template=part&attr.name=alpha", "0")]
    [TestCase("template=part&attr.name=Alpha", "")]
    [TestCase("template=part&attr.name.prefix=alpha", "0 1")]
    [TestCase("template=part&attr.name.prefix=膜", "3 4")]
    [TestCase("template=part&attr.name.from=alphabet", "1 3 4")]
    [TestCase("template=part&attr.name.from=B&attr.name.to=alpha", "0 2")]
    [TestCase("template=part&attr.cost=9.0", "1")]
    [TestCase("template=part&attr.cost.from=9&attr.cost.to=99.5", "1 2 3")]
    [TestCase("template=part&attr.cost.from=9.01", "2 3 4")]
    [TestCase("template=part&attr.cost.to=0", "0")]
    [TestCase("template=part&attr.made.from=2026-01-02&attr.made.to=2026-01-03", "1 2")]
    [TestCase("template=part&attr.tags=t-mes", "0 1")]
    [TestCase("template=part&attr.tags.prefix=t-", "0 1 2 3 4")]
    [TestCase("template=part&source=erp&attr.cost.from=99", "3 4")]
    [TestCase("template=mea", "")]
    [TestCase("template=part&attr.name=%27%20OR%20%271%27%3D%271", "")]
    [TestCase("template=part&attr.name=alpha%27%3B%20DROP%20TABLE%20records%3B--", "")]
    [TestCase("template=part&attr.name.prefix=%25", "")]
    [TestCase("template=part&attr.name.prefix=alph_", "")]
    [TestCase("source=mes&sourceKey=%27%20OR%20%271%27%3D%271", "")]
    public async Task Search_ByCondition_FindsWhatFits(string query, string positions)
    {
        var answer = await Server.GetAsync(Route + query, Role.Reader);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(
            answer.Items.Select(i => _ids.IndexOf(i.GetProperty("identifier").GetString()!)),
            Is.EquivalentTo(positions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse))
        );
    }

    [Test]
    public async Task Search_ByTimeOfRegistration_FindsWhatFits()
    {
        var time = Uri.EscapeDataString(_between.ToString("O"));

        var before = await Server.GetAsync(Route + "createdBefore=" + time, Role.Reader);
        var since = await Server.GetAsync(Route + "createdFrom=" + time, Role.Reader);

        Assert.That((before.Items.Length, since.Items.Length), Is.EqualTo((3, 2)));
    }

    [Test]
    public async Task Search_InPages_GivesEachRecordOnce()
    {
        var seen = new List<string?>();
        var after = 0L;
        for (var pages = 0; pages < 10; pages++)
        {
            var page = await Server.GetAsync($"{Route}template=part&limit=2&after={after}", Role.Reader);
            seen.AddRange(page.Items.Select(i => i.GetProperty("identifier").GetString()));
            if (!page.Json.TryGetProperty("next", out var next))
            {
                break;
            }
            after = next.GetInt64();
        }

        Assert.That(seen, Is.EqualTo(_ids));
    }

    [TestCase("template=nothing", "template")]
    [TestCase("sourceKey=k", "source")]
    [TestCase("createdFrom=now&createdBefore=soon", "createdFrom createdBefore")]
    [TestCase("limit=0", "limit")]
    [TestCase("limit=1001", "limit")]
    [TestCase("after=-1", "after")]
    [TestCase("after=x", "after")]
    [TestCase("limit=0&after=x&createdFrom=now", "limit after createdFrom")]
    [TestCase("createdFrom=2026-03-02T00:00:00Z&createdBefore=2026-03-01T00:00:00Z", "createdFrom createdBefore")]
    [TestCase("template=part&attr.cost.from=9&attr.cost.to=3", "attr.cost.from attr.cost.to")]
    [TestCase("attr.name=x", "attr.name")]
    [TestCase("template=part&attr.serial=x", "attr.serial")]
    [TestCase("template=part&attr.nothing=x", "attr.nothing")]
    [TestCase("template=part&attr.cost=cheap", "attr.cost")]
    [TestCase("template=part&attr.cost.prefix=1", "attr.cost.prefix")]
    [TestCase("template=part&attr.name=x&attr.cost=1", "attr.cost")]
    public async Task Search_BadCondition_Answers422NamingIt(string query, string fields)
    {
        var answer = await Server.GetAsync(Route + query, Role.Reader);

        Assert.That(answer.Status, Is.EqualTo(422), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(fields.Split(' ')));
    }

    [Test]
    public async Task Search_Revoked_IsInNoList()
    {
        await using var node = await TestNode.StartAsync();
        var id = await node.RegisterAsync();
        await node.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + id);

        Assert.That((await node.GetAsync(Route + "template=part", Role.Reader)).Items, Is.Empty);
    }
}
