using Grpc.Core;
using IdResolution.V1;

namespace IdResolution.Benchmarks.Servers;

/// <summary>A gRPC service that answers every question with the same message.</summary>
internal sealed class ConstantResolver : Resolver.ResolverBase
{
    private static Task<Record> _answer = null!;

    /// <summary>Sets what it answers; before it serves.</summary>
    public static void Answer(Record record) => _answer = Task.FromResult(record);

    public override Task<Record> Resolve(ResolveRequest request, ServerCallContext context) => _answer;
}
