using IdResolution.Core.Access;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Http;

/// <summary>
/// The bytes of long answers to callers without a key (batches, sheets) that are being made or sent. A network that
/// reads slowly has its share of them, and no more. Thread-safe.
/// </summary>
internal sealed class HeldAnswers
{
    /// <summary>The most bytes of one network.</summary>
    public const long MostEach = 32 << 20;

    /// <summary>The most bytes in all.</summary>
    public const long Most = 256 << 20;

    private readonly SourceShares _shares = new(Most, MostEach);

    /// <summary>The bytes held in all.</summary>
    public long Bytes => _shares.Held;

    /// <summary>Holds bytes until the request has ended. Gives an error, and holds none, if that is too much.</summary>
    public Error? Hold(HttpContext context, Caller caller, long bytes)
    {
        if (!caller.IsAnonymous || bytes == 0)
        {
            return null;
        }
        if (!_shares.TryTake(caller.Source, bytes))
        {
            return Error.Of(
                ErrorCode.TooMany,
                "Too many long answers to your network are still being sent: take them first, or use a key.",
                "发往您所在网络的长应答尚未接收完毕的过多：请先接收，或使用密钥。"
            ) with
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }
        var share = new Share(_shares, caller.Source, bytes);
        context.Features.Set(share);
        context.Response.RegisterForDispose(share);
        return null;
    }

    /// <summary>
    /// Has a call that gives a long answer end when its peer has taken all but the last of it, so that its share is
    /// held so long. By itself the library leaves the answer in the connection's buffer and ends the call.
    /// </summary>
    public static RequestDelegate UntilTaken(RequestDelegate call) =>
        async context =>
        {
            await call(context);
            if (context.Features.Get<Share>() is not null)
            {
                // The end of the connection ends this too.
                await context.Response.BodyWriter.FlushAsync(CancellationToken.None);
            }
        };

    private sealed class Share(SourceShares shares, NetworkSource source, long bytes) : IDisposable
    {
        public void Dispose() => shares.Return(source, bytes);
    }
}
