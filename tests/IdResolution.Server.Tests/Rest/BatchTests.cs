using IdResolution.Core.Access;
using IdResolution.Server.Options;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class BatchTests : NodeFixture
{
    private const string Path = "/api/v1/identifiers:batch";

    [Test]
    public async Task Batch_GoodAndBadItems_KeepsOrderAndGivesEachItsResult()
    {
        var (a, b) = (Server.NewId(), Server.NewId());

        var answer = await PostAsync(
            $$$"""
            {"items":[
              {"template":"part","identifier":"{{{a}}}","attributes":{"name":"a"}},
              {"template":"part","identifier":"{{{b}}}","attributes":{"grade":"Z"}},
              5,
              {"template":"part","identifier":"{{{a}}}","attributes":{"name":"a"}},
              {"template":"part","identifier":"{{{a}}}","attributes":{"name":"other"}},
              {"template":"part","attributes":{"name":["\ud83d\ude00"]}},
              {"template":"part","attributes":{"name":"given"}}
            ]}
            """
        );

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.Multiple(() =>
        {
            Assert.That(
                answer.Items.Select(i => i.GetProperty("status").GetInt32()),
                Is.EqualTo(new[] { 201, 422, 422, 200, 409, 422, 201 })
            );
            Assert.That(answer.Items[0].GetProperty("identifier").GetString(), Is.EqualTo(a));
            Assert.That(
                answer
                    .Items[1]
                    .GetProperty("error")
                    .GetProperty("errors")
                    .EnumerateArray()
                    .Select(e => e.GetProperty("field").GetString()),
                Is.EquivalentTo(new[] { "attributes.name", "attributes.grade" })
            );
            Assert.That(answer.Items[4].GetProperty("error").GetProperty("identifier").GetString(), Is.EqualTo(a));
            Assert.That(
                answer.Items[6].GetProperty("identifier").GetString(),
                Does.Match(@"^88\.300\.1/P-\d{5}[0-9A-Z]$")
            );
        });
        Assert.That((await Server.GetAsync("/api/v1/identifiers/" + a)).Status, Is.EqualTo(200));
        Assert.That((await Server.GetAsync("/api/v1/identifiers/" + b)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Batch_Of2000_IsTakenWhole_AndOneMoreIs413()
    {
        static string Items(int count, string start) =>
            string.Join(
                ',',
                Enumerable
                    .Range(0, count)
                    .Select(i =>
                        $$$"""{"template":"part","identifier":"{{{start}}}/{{{i}}}","attributes":{"name":"n"}}"""
                    )
            );

        var taken = await PostAsync($$"""{"items":[{{Items(2000, Server.NewId())}}]}""");
        var refused = await PostAsync($$"""{"items":[{{Items(2001, Server.NewId())}}]}""");

        Assert.That(taken.Items.Select(i => i.GetProperty("status").GetInt32()), Has.Exactly(2000).EqualTo(201));
        Assert.That((refused.Status, refused.Code), Is.EqualTo((413, "TooLarge")));
    }

    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("""{"items":{}}""")]
    [TestCase("null")]
    public async Task Batch_WithoutList_Answers422(string body)
    {
        var answer = await PostAsync(body);

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((422, "items")));
    }

    [Test]
    public async Task Batch_Empty_AnswersAnEmptyList()
    {
        Assert.That((await PostAsync("""{"items":[]}""")).Items, Is.Empty);
    }

    [Test]
    public async Task Batch_ItemsGiveTheirErrorsInTheCallersLanguage()
    {
        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            Path,
            """{"items":[{"template":"part"}]}""",
            ("Accept-Language", "zh-CN")
        );

        Assert.That(
            answer
                .Json.GetProperty("items")[0]
                .GetProperty("error")
                .GetProperty("errors")[0]
                .GetProperty("message")
                .GetString(),
            Does.Contain("必填")
        );
    }

    private protected override void Configure(NodeOptions options) => options.Limits.BatchBytes = 4 << 20;

    private Task<Answer> PostAsync(string body) => Server.SendAsync(Role.Registrar, "POST", Path, body);
}
