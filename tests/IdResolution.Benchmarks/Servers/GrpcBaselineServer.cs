using System.Net;
using IdResolution.Benchmarks.Load;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdResolution.Benchmarks.Servers;

/// <summary>
/// Answers <c>Resolver/Resolve</c> with the bytes that a node's answer had: by Grpc.AspNetCore as it comes, or by bare
/// Kestrel.
/// </summary>
internal static class GrpcBaselineServer
{
    public static async Task<int> RunAsync(IPEndPoint node, string identifier, bool bare)
    {
        using var stop = StandardInput.CancelledAtEnd();
        var answer = await GrpcClient.AskAsync(
            node,
            GrpcCalls.ResolvePath,
            GrpcCalls.Resolve(identifier),
            null,
            stop.Token
        );
        var builder = BareKestrel.Create(HttpProtocols.Http2);
        if (!bare)
        {
            builder.Services.AddGrpc();
        }
        await using var app = builder.Build();
        if (bare)
        {
            app.Run(context =>
            {
                var response = context.Response;
                response.ContentType = "application/grpc";
                response.AppendTrailer("grpc-status", "0");
                return response.Body.WriteAsync(answer, 0, answer.Length);
            });
        }
        else
        {
            var message = V1.Record.Parser.ParseFrom(GrpcClient.Messages(answer).Single());
            if (!GrpcClient.Frame(message).AsSpan().SequenceEqual(answer))
            {
                throw new InvalidOperationException("The message would go out in other bytes than it came in.");
            }
            ConstantResolver.Answer(message);
            app.MapGrpcService<ConstantResolver>();
        }
        return await BareKestrel.ServeAsync(app, "grpc", stop.Token);
    }
}
