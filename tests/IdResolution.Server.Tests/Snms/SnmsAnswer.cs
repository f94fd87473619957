using System.Text.Json;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Snms;

/// <summary>The envelope of an answer of the SNMS protocol.</summary>
internal sealed class SnmsAnswer
{
    public SnmsAnswer(Answer answer)
    {
        Http = answer;
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(answer.Header("Content-Type"), Does.StartWith("application/json"));
        var members = answer.Json.EnumerateObject().Select(m => m.Name);
        Assert.That(members, Is.EqualTo(["message", "status", "data"]), answer.Text);
    }

    public Answer Http { get; }

    public int Status => Http.Json.GetProperty("status").GetInt32();

    public string Message => Http.Json.GetProperty("message").GetString()!;

    public JsonElement Data => Http.Json.GetProperty("data");

    /// <summary>Status and message, which integrations compare.</summary>
    public (int Status, string Message) Outcome => (Status, Message);

    /// <summary>The outcomes of the items of a batch: identifier and text.</summary>
    public List<(string? Handle, string? Message)> Items =>
        [.. Data.EnumerateArray().Select(i => (i.GetProperty("handle").GetString(), i.GetProperty("msg").GetString()))];

    public override string ToString() => Http.Text;
}
