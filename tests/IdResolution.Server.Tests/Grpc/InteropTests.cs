using IdResolution.Testing;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>The official gRPC interoperability cases by name, with clients of other people.</summary>
[TestFixture("node")]
[TestFixture("python")]
[Category(Lane.Process)]
public sealed class InteropTests(string client) : ClientFixture(client, "interop", s_cases)
{
    private static readonly string[] s_cases =
    [
        "empty_unary",
        "large_unary",
        "client_streaming",
        "server_streaming",
        "ping_pong",
        "empty_stream",
        "custom_metadata",
        "status_code_and_message",
        "special_status_message",
        "unimplemented_method",
        "unimplemented_service",
        "cancel_after_begin",
        "cancel_after_first_response",
        "timeout_on_sleeping_server",
        "client_compressed_unary",
        "server_compressed_unary",
    ];

    [TestCaseSource(nameof(s_cases))]
    public void Case_ByName_Passes(string name) => Check(name);
}
