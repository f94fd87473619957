using System.Text.Json;
using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

/// <summary>Business keys over REST: adding, removing, finding by them, and sending back what was answered.</summary>
[TestFixture]
public sealed class BusinessKeyTests : NodeFixture
{
    private const string Route = "/api/v1/business-keys/";

    [Test]
    public async Task Add_AndRemove_AnswerAsTheDocumentSays()
    {
        var id = await Server.RegisterAsync();
        var other = await Server.RegisterAsync();
        var key = JsonSerializer.Serialize(new { source = "wms", sourceKey = "Lot " + id });

        var added = await SendAsync("POST", Route + id, key);
        var folded = JsonSerializer.Serialize(new { source = "wms", sourceKey = $" lot {id.ToLowerInvariant()}" });
        var again = await SendAsync("POST", "/api/v1/business-keys?id=" + id, folded);
        var taken = await SendAsync("POST", Route + other, key);
        var query = $"?source=wms&sourceKey={Uri.EscapeDataString("ＬＯＴ " + id)}";
        var found = await Server.GetAsync("/api/v1/identifiers" + query, Role.Reader);
        var removed = await SendAsync("DELETE", Route + id + query, null);
        var gone = await SendAsync("DELETE", Route + id + query, null);

        Assert.That((added.Status, again.Status), Is.EqualTo((201, 200)), again.Text);
        Assert.That(added.Json.GetProperty("sourceKey").GetString(), Is.EqualTo("Lot " + id));
        Assert.That(
            (taken.Status, taken.Code, taken.Json.GetProperty("identifier").GetString()),
            Is.EqualTo((409, "KeyConflict", id))
        );
        Assert.That(found.Json.GetProperty("identifier").GetString(), Is.EqualTo(id), found.Text);
        Assert.That((removed.Status, gone.Status, gone.Code), Is.EqualTo((204, 404, "ValueNotFound")));
        Assert.That((await Server.GetAsync("/api/v1/identifiers" + query, Role.Reader)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Remove_FirstKeyOfAFullRecord_SaysWhatToDoFirst()
    {
        var id = Server.NewId();
        // With identifier, template, status, name and the keys of one source the record has the 2,046 values that fit.
        object Value(int index) =>
            new
            {
                index,
                type = "URL",
                data = "x",
            };
        var values = Enumerable.Range(3_000, 2_041).Select(Value).ToList();
        await Server.RegisterAsync(
            $$"""
            "source":"mes","sourceKey":"{{id}}","furtherKeys":[{"source":"mes","sourceKey":"{{id}}/2"}],
            "attributes":{"name":"full"},"values":{{JsonSerializer.Serialize(values)}}
            """,
            id
        );
        var first = $"{Route}{id}?source=mes&sourceKey={Uri.EscapeDataString(id)}";

        var full = await SendAsync("DELETE", first, null);
        var less = JsonSerializer.Serialize(new { values = values.Skip(1) });
        var patched = await SendAsync("PATCH", "/api/v1/identifiers/" + id, less);
        var removed = await SendAsync("DELETE", first, null);

        Assert.That((full.Status, full.Code), Is.EqualTo((413, "TooLarge")), full.Text);
        Assert.That(full.Text, Does.Contain("Remove a value or an attribute first"));
        Assert.That((patched.Status, removed.Status), Is.EqualTo((200, 204)), patched.Text + removed.Text);
    }

    [TestCase("?source=mes", 422, "sourceKey")]
    [TestCase("?sourceKey=1", 422, "source")]
    public async Task Find_HalfAKey_IsRefused(string query, int status, string field)
    {
        var answer = await Server.GetAsync("/api/v1/identifiers" + query, Role.Reader);

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((status, field)), answer.Text);
    }

    [Test]
    public async Task Find_WithoutTheRole_IsRefused()
    {
        var answer = await Server.GetAsync("/api/v1/identifiers?source=mes&sourceKey=1", Role.Partner);

        Assert.That(answer.Status, Is.EqualTo(403));
    }

    [Test]
    public async Task Register_WhatGetAnswered_IsTheSame()
    {
        var id = Server.NewId();
        await Server.RegisterAsync(
            $$"""
            "source":"mes","sourceKey":"{{id}}","furtherKeys":[{"source":"wms","sourceKey":"{{id}}"}],
            "attributes":{"name":"n"},"values":[{"index":3,"type":"EMAIL","data":{"format":"base64","value":"/wA="},"ttl":60,
            "permissions":"1110","references":[{"handle":"{{id}}","index":1}]}]
            """,
            id
        );
        await SendAsync("PATCH", "/api/v1/identifiers/" + id, """{"attributes":{"name":"later"}}""");
        var got = await Server.GetAsync("/api/v1/identifiers/" + id, Role.Admin);

        var sent = await Server.SendAsync(Role.Admin, "POST", "/api/v1/identifiers", got.Text);
        var changed = await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/identifiers",
            got.Text.Replace("later", "other", StringComparison.Ordinal)
        );

        Assert.That((sent.Status, sent.Text), Is.EqualTo((200, got.Text)));
        Assert.That((changed.Status, changed.Code), Is.EqualTo((409, "KeyConflict")));
        Assert.That(
            changed.Json.GetProperty("differs").EnumerateArray().Select(d => d.GetString()),
            Is.EqualTo(new[] { "attributes.name" })
        );
    }

    [Test]
    public async Task Batch_UnderAFurtherKey_NamesWhatDiffers()
    {
        var id = Server.NewId();
        await Server.RegisterAsync(
            $$""" "source":"mes","sourceKey":"{{id}}","furtherKeys":[{"source":"wms","sourceKey":"{{id}}"}],"attributes":{"name":"n"} """,
            id
        );
        var answer = await SendAsync(
            "POST",
            "/api/v1/identifiers:batch",
            $$"""
            {"items":[
              {"template":"part","source":"wms","sourceKey":"{{id}}","attributes":{"name":"x"} },
              {"template":"part","source":"wms","attributes":{"name":"x"} }]}
            """
        );

        var items = answer.Json.GetProperty("items").EnumerateArray().ToList();
        Assert.That(items[0].GetProperty("status").GetInt32(), Is.EqualTo(200));
        Assert.That(items[0].GetProperty("differs").GetRawText(), Is.EqualTo("""["attributes.name"]"""));
        Assert.That(items[1].GetProperty("status").GetInt32(), Is.EqualTo(422), "a source without a key");
    }

    [Test]
    public async Task Sources_AreListedAndNeverChangeWhatKeysMean()
    {
        var code = "plm-" + Server.NewId().Split('/')[1];
        var body = $$"""{"code":"{{code}}","caseSensitive":true,"names":{"en":"PLM"} }""";

        var made = await Server.SendAsync(Role.Admin, "POST", "/api/v1/sources", body);
        var again = await Server.SendAsync(Role.Admin, "POST", "/api/v1/sources", body);
        var other = await Server.SendAsync(Role.Admin, "POST", "/api/v1/sources", $$"""{"code":"{{code}}"}""");
        var listed = await Server.GetAsync("/api/v1/sources", Role.Reader);

        Assert.That((made.Status, again.Status, other.Status), Is.EqualTo((201, 200, 409)), other.Text);
        Assert.That(
            listed.Json.GetProperty("items").EnumerateArray().Select(s => s.GetProperty("code").GetString()),
            Does.Contain(code)
        );
    }

    private Task<Answer> SendAsync(string method, string path, string? body) =>
        Server.SendAsync(Role.Registrar, method, path, body);
}
