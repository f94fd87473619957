using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using IdResolution.Core.Snms;
using IdResolution.Core.Upstream;
using IdResolution.Server.Options;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.UpstreamLink;

/// <summary>
/// Calls the secondary node as one user. Logs in when needed, keeps the token, and logs in once more where it does not
/// hold any longer. Thread-safe.
/// </summary>
internal sealed class SnmsSession : IDisposable
{
    // A batch of 1,000 answers with long handles and messages is some 500 KB, the longest record 2 MB.
    private const int MaxAnswer = 4 << 20;

    private const int MaxToken = 8_192;

    // A longer time that is asked for is not believed.
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(15);

    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile string? _token;
    private volatile bool _isAway;

    public SnmsSession(UpstreamOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        // The handler goes with the client. Redirections would carry the token to another server.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(10),
        };
        _http = new HttpClient(handler)
        {
            Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
            MaxResponseContentBufferSize = MaxAnswer,
        };
    }

    /// <summary>Makes a call. The answer may be a refusal.</summary>
    /// <exception cref="UpstreamException">There was no answer, or none of this protocol.</exception>
    public async Task<SnmsEnvelope> CallAsync(
        HttpMethod method,
        string path,
        byte[]? body,
        CancellationToken cancellationToken
    )
    {
        var isNew = _token is null;
        var token = await TokenAsync(null, cancellationToken);
        var (answer, _) = await SendAsync(method, path, body, token, cancellationToken);
        if (answer.Status == SnmsStatus.NotLoggedIn && !isNew)
        {
            token = await TokenAsync(token, cancellationToken);
            (answer, _) = await SendAsync(method, path, body, token, cancellationToken);
        }
        return answer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _gate.Dispose();
        _turn.Dispose();
    }

    /// <summary>The token, after a log-in where there is none but the one that does not hold.</summary>
    private async Task<string> TokenAsync(string? former, CancellationToken cancellationToken)
    {
        if (_token is { } known && known != former)
        {
            return known;
        }
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_token is null || _token == former)
            {
                _token = null;
                _token = await LogInAsync(cancellationToken);
            }
            return _token;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Logs in by the digest of the day. Where that is refused and the secondary node's clock shows the day before or
    /// after, by that day's. Digests of other days would be of use to whoever answers in its place.
    /// </summary>
    private async Task<string> LogInAsync(CancellationToken cancellationToken)
    {
        var password = await PasswordAsync(cancellationToken);
        if (_options.ClearLogin)
        {
            return TokenOf((await AskAsync(SnmsPaths.Token, password, cancellationToken)).Answer);
        }
        var inner = SnmsPassword.Inner(password);
        var day = SnmsPassword.DayOf(_time.GetUtcNow());
        var (answer, date) = await AskAsync(SnmsPaths.TokenV1, SnmsPassword.Outer(inner, day), cancellationToken);
        if (
            !answer.IsSuccess
            && date is { } served
            && SnmsPassword.DayOf(served) is var other
            && Math.Abs(other.DayNumber - day.DayNumber) == 1
        )
        {
            (answer, _) = await AskAsync(SnmsPaths.TokenV1, SnmsPassword.Outer(inner, other), cancellationToken);
        }
        return TokenOf(answer);
    }

    private Task<(SnmsEnvelope Answer, DateTimeOffset? Date)> AskAsync(
        string path,
        string password,
        CancellationToken cancellationToken
    )
    {
        var login = new SnmsLogin(_options.User, password);
        var body = JsonSerializer.SerializeToUtf8Bytes(login, SnmsJson.Default.SnmsLogin);
        return SendAsync(HttpMethod.Post, path, body, null, cancellationToken);
    }

    private async Task<string> PasswordAsync(CancellationToken cancellationToken)
    {
        try
        {
            var text = await File.ReadAllTextAsync(_options.SecretFile!, cancellationToken);
            return text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UpstreamException("The file of Upstream:SecretFile cannot be read.", null, e);
        }
    }

    private static string TokenOf(SnmsEnvelope answer) =>
        answer.IsSuccess
        && answer.Data.ValueKind == JsonValueKind.Object
        && answer.Data.TryGetProperty("token", out var token)
        && token.ValueKind == JsonValueKind.String
        && token.GetString() is { Length: > 0 and <= MaxToken } text
        && text.All(static c => c is > ' ' and <= '~')
            ? text
            : throw new UpstreamException($"The log-in was refused: {answer.Status} {answer.Message}");

    /// <summary>
    /// Makes one request. While the secondary node does not answer, no two are under way at a time, whoever makes them.
    /// </summary>
    private async Task<(SnmsEnvelope Answer, DateTimeOffset? Date)> SendAsync(
        HttpMethod method,
        string path,
        byte[]? body,
        string? token,
        CancellationToken cancellationToken
    )
    {
        var isProbe = _isAway;
        if (isProbe)
        {
            await _turn.WaitAsync(cancellationToken);
        }
        try
        {
            var answer = await ExchangeAsync(method, path, body, token, cancellationToken);
            _isAway = false;
            return answer;
        }
        catch (UpstreamException e) when (e.After is null)
        {
            _isAway = true;
            throw;
        }
        finally
        {
            if (isProbe)
            {
                _turn.Release();
            }
        }
    }

    /// <summary>The request and its answer, which has its time by the secondary node's clock.</summary>
    private async Task<(SnmsEnvelope Answer, DateTimeOffset? Date)> ExchangeAsync(
        HttpMethod method,
        string path,
        byte[]? body,
        string? token,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, _options.Url!.TrimEnd('/') + path)
        {
            Content = new ByteArrayContent(body ?? []),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            return (await ReadAsync(response, path, cancellationToken), response.Headers.Date);
        }
        catch (HttpRequestException e)
        {
            throw new UpstreamException($"No answer from {_options.Url}: {Cause(e)}", null, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamException($"No answer from {_options.Url} in {_options.TimeoutSeconds} s.", null, e);
        }
    }

    private async Task<SnmsEnvelope> ReadAsync(
        HttpResponseMessage response,
        string path,
        CancellationToken cancellationToken
    )
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                var text = await response.Content.ReadAsByteArrayAsync(cancellationToken);
                var answer =
                    SnmsEnvelope.Parse(text)
                    ?? throw new UpstreamException($"{path} was not answered in the form of SNMS.");
                // What names a time refuses nothing for good.
                return answer.IsSuccess || After(response) is not { } after
                    ? answer
                    : throw new UpstreamException($"{path} was answered with {answer.Told}", after);
            case HttpStatusCode.Unauthorized:
                return new SnmsEnvelope(SnmsStatus.NotLoggedIn, "401", default);
            case HttpStatusCode.BadRequest
            or HttpStatusCode.RequestEntityTooLarge
            or HttpStatusCode.UnprocessableEntity:
                return new SnmsEnvelope(SnmsStatus.Refused, $"HTTP {Number(response)}", default);
            case HttpStatusCode.InternalServerError when After(response) is null:
                return new SnmsEnvelope(SnmsStatus.Failed, "HTTP 500", default);
            default:
                throw new UpstreamException($"{path} was answered with HTTP {Number(response)}.", After(response))
                {
                    HttpStatus = (int)response.StatusCode,
                };
        }
    }

    private TimeSpan? After(HttpResponseMessage response)
    {
        TimeSpan? asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow(),
            _ => null,
        };
        return asked > s_longestPause ? s_longestPause : asked;
    }

    private static string Number(HttpResponseMessage response) =>
        ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);

    private static string Cause(Exception e) => e.InnerException is { } inner ? Cause(inner) : e.Message;
}
