using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdResolution.Benchmarks.Servers;

/// <summary>A bare Kestrel endpoint that answers everything with the same bytes and headers that a node's answer had.</summary>
internal static class BaselineServer
{
    public static async Task<int> RunAsync(Uri bodyOf, string? key)
    {
        using var stop = StandardInput.CancelledAtEnd();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, bodyOf);
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }
        using var model = await client.SendAsync(request, stop.Token);
        model.EnsureSuccessStatusCode();
        var body = await model.Content.ReadAsByteArrayAsync(stop.Token);
        // Kestrel writes the date itself.
        var tag = model.Headers.ETag!.ToString();
        var vary = string.Join(", ", model.Headers.Vary);
        var cacheControl = model.Headers.CacheControl!.ToString();
        var contentType = model.Content.Headers.ContentType!.ToString();

        await using var app = BareKestrel.Create(HttpProtocols.Http1AndHttp2).Build();
        app.Run(context =>
        {
            var response = context.Response;
            response.Headers.ETag = tag;
            response.Headers.Vary = vary;
            response.Headers.CacheControl = cacheControl;
            response.ContentType = contentType;
            response.ContentLength = body.Length;
            return response.Body.WriteAsync(body, 0, body.Length);
        });
        return await BareKestrel.ServeAsync(app, "http", stop.Token);
    }
}
