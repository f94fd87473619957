using IdResolution.Testing;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>With <c>@grpc/grpc-js</c>.</summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class NodeMethodTests()
    : MethodTests("node", "add_and_remove_key", "stream_with_links_and_events", "labels_of_held_items");
