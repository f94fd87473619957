using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>Every method of the node with a client of other people.</summary>
/// <param name="client">Whose.</param>
/// <param name="more">Cases that this client alone can make.</param>
public abstract class MethodTests(string client, params string[] more)
    : ClientFixture(client, "methods", [.. s_cases, .. more])
{
    private static readonly string[] s_cases =
    [
        "register_created_and_same",
        "register_roles",
        "register_fields_at_fault",
        "messages_in_chinese",
        "register_batch_half_wrong",
        "register_many_counts",
        "register_stream_5000",
        "register_stream_answers_each",
        "update_record",
        "revoke_and_reinstate",
        "raw_values",
        "unreadable_message",
        "message_too_large",
        "templates",
        "template_prefix",
        "template_refusals",
        "numbers",
        "resolve_refusals",
        "resolve_in_any_case",
        "resolve_batch",
        "scan_texts",
        "visibility_by_role",
        "rate_limit",
        "anonymous_reads_off",
        "large_answers_compressed",
        "deadline",
        "watch_from_the_start",
        "watch_operations",
        "watch_resumed_without_gap_or_repetition",
        "watch_partner_sees_records_and_every_cursor",
        "watch_refusals",
        "watch_ends_with_its_key",
        "stopping_node_ends_streams",
        "register_with_links_and_events",
        "record_created_and_same",
        "record_fields_at_fault",
        "record_roles",
        "record_batch_half_wrong",
        "record_stream_3000",
        "links",
        "events_listed",
        "traced",
        "scan_with_intent",
        "render_labels",
        "label_refusals",
        "health_check",
        "health_watch",
        "reflection_v1",
        "reflection_v1alpha",
        "reflected_client",
    ];

    private readonly List<TestNode> _others = [];
    private readonly Dictionary<int, Task> _stopping = [];

    [OneTimeTearDown]
    public async Task StopOthersAsync()
    {
        foreach (var node in _others)
        {
            await node.DisposeAsync();
        }
    }

    [TestCaseSource(nameof(s_cases))]
    public void Case_OfANodesMethods_Passes(string name) => Check(name);

    private protected override async Task<object?> AnswerAsync(string what, JsonElement value)
    {
        switch (what)
        {
            case "key":
                var limit = value.TryGetProperty("rateLimit", out var given) ? given.GetInt32() : (int?)null;
                var (key, text) = (
                    await Server.Node.Keys.CreateAsync(
                        new NewKey(Enum.Parse<Role>(value.GetProperty("role").GetString()!), RateLimit: limit),
                        Caller.Node,
                        CancellationToken.None
                    )
                ).Value;
                return new { id = key.Id, text };
            case "revoke":
                return (await Server.Node.Keys.RevokeAsync(value.GetString()!, Caller.Node, CancellationToken.None))
                    .Value
                    .Id;
            case "node":
                var node = await TestNode.StartAsync(options =>
                    options.Access.AnonymousReads =
                        !value.TryGetProperty("anonymousReads", out var reads) || reads.GetBoolean()
                );
                _others.Add(node);
                return new
                {
                    id = _others.Count - 1,
                    grpc = node.GrpcEndPoint.ToString(),
                    keys = KeysOf(node),
                };
            case "stop":
                _stopping[value.GetInt32()] = _others[value.GetInt32()].StopAsync();
                return null;
            case "head":
                await _stopping[value.GetInt32()].WaitAsync(TimeSpan.FromSeconds(20));
                return await _others[value.GetInt32()].Node.Log.HeadAsync(CancellationToken.None);
            default:
                return await base.AnswerAsync(what, value);
        }
    }
}
