using System.Security.Cryptography;
using IdResolution.Server.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace IdResolution.Server.Rest;

/// <summary>
/// Answers the OpenAPI document. It takes long to make and is the same for everyone, so it is made once, for the first
/// caller. Thread-safe.
/// </summary>
internal sealed class ApiDocumentEndpoint(
    [FromKeyedServices(ApiDescription.Document)] IOpenApiDocumentProvider documents,
    IOptionsMonitor<OpenApiOptions> options,
    PublicAddress address
) : IDisposable
{
    private readonly SemaphoreSlim _making = new(1);
    private volatile Written? _written;

    /// <summary>How often the document was made.</summary>
    public int TimesMade { get; private set; }

    public async Task AnswerAsync(HttpContext context)
    {
        var written = await WrittenAsync(context.RequestAborted);
        context.Response.Headers.ETag = written.Tag;
        CacheHeaders.SetRevalidated(context);
        if (Conditional.IsSame(context.Request.Headers.IfNoneMatch, written.Tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        await BytesAnswer.WriteAsync(
            context,
            StatusCodes.Status200OK,
            "application/json; charset=utf-8",
            written.Document,
            isCounted: false
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _making.Dispose();

    private async ValueTask<Written> WrittenAsync(CancellationToken cancellationToken)
    {
        // The document names the node's address, which is known once the node listens.
        var url = address.Url;
        if (_written is { } written && written.Url == url)
        {
            return written;
        }
        await _making.WaitAsync(cancellationToken);
        try
        {
            if (_written is not { } made || made.Url != url)
            {
                // Made to the end, even if the caller leaves: the next one needs it too.
                _written = made = await MakeAsync(url);
            }
            return made;
        }
        finally
        {
            _making.Release();
        }
    }

    private async Task<Written> MakeAsync(string url)
    {
        TimesMade++;
        var document = await documents.GetOpenApiDocumentAsync(CancellationToken.None);
        using var json = new MemoryStream();
        await document.SerializeAsJsonAsync(
            json,
            options.Get(ApiDescription.Document).OpenApiVersion,
            CancellationToken.None
        );
        var bytes = json.ToArray();
        return new Written(url, bytes, $"W/\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"");
    }

    private sealed record Written(string Url, byte[] Document, string Tag);
}
