namespace IdResolution.Server.Tests.Grpc;

/// <summary>With <c>@grpc/grpc-js</c>.</summary>
[TestFixture]
public sealed class NodeMethodTests() : MethodTests("node");
