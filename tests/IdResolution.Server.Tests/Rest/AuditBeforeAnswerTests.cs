using System.Net;
using IdResolution.Core.Access;
using IdResolution.Server.Options;
using IdResolution.Server.Rest;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Rest;

/// <summary>
/// What a call leaves in the audit log is there before its answer is: who has the answer may read the log at once.
/// </summary>
[TestFixture]
public sealed class AuditBeforeAnswerTests : NodeFixture
{
    private protected override void Configure(NodeOptions options) => options.Access.AuditReads = true;

    [TestCase(null, "/api/v1/audit", 401, "Denial GET audit Unauthenticated")]
    [TestCase(Role.Reader, "/api/v1/audit", 403, "Denial GET audit Forbidden")]
    [TestCase(Role.Reader, "/api/v1/changes", 200, "Act GET changes done")]
    [TestCase(Role.Reader, "/api/v1/changes", 404, null)]
    public async Task Line_OfACall_IsThereWhenTheAnswerBegins(Role? role, string path, int status, string? line)
    {
        var trail = new AuditTrail(Server);
        await trail.BeginAsync();
        var answer = new Answering();
        var context = Context(answer, role, path);
        List<AuditEvent> begun = [];
        var pipeline = ActivatorUtilities.CreateInstance<RestPipeline>(
            Server.Services,
            (RequestDelegate)(
                async call =>
                {
                    call.SetEndpoint(Endpoint(path));
                    call.Response.StatusCode = status;
                    await answer.BeginAsync();
                    begun = await trail.LinesAsync();
                }
            )
        );

        await pipeline.InvokeAsync(context);

        Assert.That(
            begun.Select(one => $"{one.Kind} {one.Action} {one.Outcome}"),
            Is.EqualTo(line is null ? [] : new[] { line })
        );
        Assert.That(await trail.LinesAsync(), Is.Empty, "and no other after it");
    }

    private DefaultHttpContext Context(Answering answer, Role? role, string path)
    {
        var context = new DefaultHttpContext { RequestServices = Server.Services };
        context.Features.Set<IHttpResponseFeature>(answer);
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = path;
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Method = "GET";
        context.Request.Path = path;
        context.Request.Headers.Authorization = role is { } some ? "Bearer " + Server.KeyOf(some) : default;
        return context;
    }

    private RouteEndpoint Endpoint(string path) =>
        Server
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .First(endpoint => endpoint.RoutePattern.RawText == path);

    /// <summary>An answer that begins when the test says so.</summary>
    private sealed class Answering : HttpResponseFeature
    {
        private readonly Stack<Func<Task>> _first = new();

        public override void OnStarting(Func<object, Task> callback, object state) =>
            _first.Push(() => callback(state));

        public async Task BeginAsync()
        {
            while (_first.TryPop(out var callback))
            {
                await callback();
            }
        }
    }
}
