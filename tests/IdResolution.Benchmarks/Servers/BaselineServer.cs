using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdResolution.Benchmarks.Servers;

/// <summary>
/// A bare Kestrel endpoint that answers everything with the same bytes and headers that a node's answer had.
/// </summary>
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
        var tag = model.Headers.ETag?.ToString();
        var vary = model.Headers.Vary.Count > 0 ? string.Join(", ", model.Headers.Vary) : null;
        var cacheControl = model.Headers.CacheControl!.ToString();
        var others = model
            .Headers.Where(h => h.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase))
            .Select(h => (h.Key, Value: string.Join(", ", h.Value)))
            .ToArray();
        var contentType = model.Content.Headers.ContentType!.ToString();

        await using var app = BareKestrel.Create(HttpProtocols.Http1AndHttp2).Build();
        app.Run(context =>
        {
            var response = context.Response;
            var headers = response.Headers;
            if (tag is not null)
            {
                headers.ETag = tag;
                headers.Vary = vary;
            }
            headers.CacheControl = cacheControl;
            foreach (var (name, value) in others)
            {
                headers[name] = value;
            }
            response.ContentType = contentType;
            response.ContentLength = body.Length;
            return response.Body.WriteAsync(body, 0, body.Length);
        });
        return await BareKestrel.ServeAsync(app, "http", stop.Token);
    }
}
