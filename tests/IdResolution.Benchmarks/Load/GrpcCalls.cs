using Google.Protobuf.WellKnownTypes;
using IdResolution.Benchmarks.Data;

namespace IdResolution.Benchmarks.Load;

/// <summary>The gRPC calls measured: their paths and bodies.</summary>
internal static class GrpcCalls
{
    public static string ResolvePath { get; } = $"/{V1.Resolver.Descriptor.FullName}/Resolve";

    public static string RegisterStreamPath { get; } = $"/{V1.Registry.Descriptor.FullName}/RegisterStream";

    /// <summary>Asks for an identifier.</summary>
    public static byte[] Resolve(string identifier) =>
        GrpcClient.Frame(new V1.ResolveRequest { Identifier = identifier });

    /// <summary>Registers items to which the node gives identifiers.</summary>
    public static byte[] Register(int items) =>
        [.. Enumerable.Range(0, items).SelectMany(i => GrpcClient.Frame(Unnamed(i % Item.Variants)))];

    /// <summary>Headers of a call.</summary>
    public static IReadOnlyList<string> Headers(string? key) =>
        [
            "content-type: application/grpc",
            "te: trailers",
            .. key is null ? Array.Empty<string>() : [$"authorization: Bearer {key}"],
        ];

    private static V1.RegisterRequest Unnamed(int variant) =>
        new() { Template = Item.Template, Attributes = Struct.Parser.ParseJson(Item.AttributesJson(variant)) };
}
