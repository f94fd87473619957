using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>A registrar takes the keys of an administrator of the Handle protocol away.</summary>
[TestFixture]
public sealed class GrantingRecordTests : NodeFixture
{
    [TestCase("HS_PUBKEY")]
    [TestCase("HS_SECKEY")]
    [TestCase("HS_ADMIN")]
    [TestCase("HS_VLIST")]
    [TestCase("HS_SITE")]
    public async Task Registrar_RecordThatGrantsRights_CannotBeRevokedOrBroughtBack(string type)
    {
        var id = Server.NewId();
        var values = $$"""[{"index":300,"type":"{{type}}","data":"theirs and theirs"}]""";
        Assert.That((await PostAsync(Role.Admin, id, values)).Status, Is.EqualTo(201));

        var revoked = await Server.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + id);
        Assert.That((revoked.Status, revoked.Code), Is.EqualTo((403, "Forbidden")));
        Assert.That((await Server.GetAsync("/api/v1/identifiers/" + id, Role.Admin)).Status, Is.EqualTo(200));

        Assert.That(
            (await Server.SendAsync(Role.Admin, "DELETE", "/api/v1/identifiers/" + id)).Status,
            Is.EqualTo(204)
        );
        var plain = """[{"index":7,"type":"NOTE","data":"mine"}]""";
        Assert.That((await PostAsync(Role.Registrar, id, plain, reinstate: true)).Status, Is.EqualTo(403));
        Assert.That((await PostAsync(Role.Registrar, id, values, reinstate: true)).Status, Is.EqualTo(403));
        var batch = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers:batch",
            $$"""{"items":[{{Body(Server.NewId(), plain, false)}},{{Body(id, plain, true)}}]}"""
        );
        Assert.That(
            batch.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("status").GetInt32()),
            Is.EqualTo([201, 403])
        );
        Assert.That((await Server.GetAsync("/api/v1/identifiers/" + id, Role.Admin)).Status, Is.EqualTo(410));
        Assert.That((await PostAsync(Role.Admin, id, values, reinstate: true)).Status, Is.EqualTo(200));
    }

    [TestCase("HS_ALIAS")]
    [TestCase("HS_CERT")]
    [TestCase("HS_SIGNATURE")]
    [TestCase("HS_SITEMAP")]
    [TestCase("NOTE")]
    public async Task Registrar_RecordThatGrantsNothing_IsWrittenAndRevoked(string type)
    {
        var id = Server.NewId();
        var values = $$"""[{"index":300,"type":"{{type}}","data":"theirs and theirs"}]""";

        Assert.That((await PostAsync(Role.Registrar, id, values)).Status, Is.EqualTo(201));
        Assert.That(
            (await Server.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + id)).Status,
            Is.EqualTo(204)
        );
        Assert.That((await PostAsync(Role.Registrar, id, values, reinstate: true)).Status, Is.EqualTo(200));
    }

    [TestCase("s")]
    [TestCase("eleven byte")]
    [TestCase("四个汉字")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaa")]
    [TestCase("abababababab")]
    public async Task Secret_ThatIsSoonGuessed_IsRefusedByItsField(string secret)
    {
        var answer = await PostAsync(
            Role.Admin,
            Server.NewId(),
            $$"""[{"index":300,"type":"HS_SECKEY","data":"{{secret}}"}]"""
        );

        Assert.That(answer.Status, Is.EqualTo(422));
        Assert.That(
            answer.Json.GetProperty("errors")[0].GetProperty("field").GetString(),
            Is.EqualTo("values[0].data")
        );
    }

    private Task<Answer> PostAsync(Role role, string id, string values, bool reinstate = false) =>
        Server.SendAsync(role, "POST", "/api/v1/identifiers", Body(id, values, reinstate));

    private static string Body(string id, string values, bool reinstate) =>
        $$"""{"identifier":"{{id}}","values":{{values}},"reinstate":{{(reinstate ? "true" : "false")}}}""";
}
