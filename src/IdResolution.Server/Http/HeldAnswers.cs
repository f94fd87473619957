using IdResolution.Core.Access;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Http;

/// <summary>
/// The bytes of long answers that are being made or sent: of each network without a key, and of each key. Who reads
/// slowly has a share of them, and no more. Short answers are not counted; connections bound their number. Thread-safe.
/// </summary>
internal sealed class HeldAnswers
{
    /// <summary>An answer that is no longer than this is always sent.</summary>
    public const int AlwaysHeld = 16_384;

    /// <summary>The most bytes of one network without a key.</summary>
    public const long MostEach = 32 << 20;

    /// <summary>The most bytes of one key.</summary>
    public const long MostOfKey = 128 << 20;

    /// <summary>The most bytes of all networks, and of all keys.</summary>
    public const long Most = 256 << 20;

    private readonly SourceShares _networks = new(Most, MostEach);
    private readonly Shares<long> _keys = new(Most, MostOfKey);

    /// <summary>The bytes held in all.</summary>
    public long Bytes => _networks.Held + _keys.Held;

    private static Error TooMany { get; } =
        Error.Of(
            ErrorCode.TooMany,
            "Too many long answers to your network or key are still being sent: take them first.",
            "发往您所在网络或密钥的长应答尚未接收完毕的过多：请先接收。"
        ) with
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    /// <summary>Those of the node that a request came to.</summary>
    public static HeldAnswers Of(HttpContext context) => context.RequestServices.GetRequiredService<HeldAnswers>();

    /// <summary>
    /// Holds bytes until the request has ended. Gives an error, and holds none, if that is too much: unless the call
    /// has changed something, which its caller has to hear.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="bytes">The length of the answer.</param>
    /// <param name="hasChanged">
    /// True for a call that changes something; <see cref="Refusal"/> was asked before it.
    /// </param>
    public Error? Hold(HttpContext context, long bytes, bool hasChanged = false)
    {
        if (bytes <= AlwaysHeld)
        {
            return null;
        }
        var (caller, source) = (context.Caller(), context.Source());
        if (hasChanged || context.Features.Get<Change>() is not null)
        {
            Take(caller, source, bytes);
        }
        else if (!TryTake(caller, source, bytes))
        {
            return TooMany;
        }
        var share = new Share(this, caller, source, bytes);
        context.Features.Set(share);
        context.Response.RegisterForDispose(share);
        return null;
    }

    /// <summary>
    /// Notes that a request to a call that mostly reads has changed something, which its caller has to hear. What it
    /// answers then is of a few things, so that it is not refused before either.
    /// </summary>
    public static void NoteChange(HttpContext context) => context.Features.Set(Change.Made);

    /// <summary>The error of a caller who wants to change something and has to take answers first, else null.</summary>
    public Error? Refusal(HttpContext context)
    {
        var caller = context.Caller();
        return (caller.IsAnonymous ? _networks.IsFull(context.Source()) : _keys.IsFull(caller.Actor)) ? TooMany : null;
    }

    /// <summary>
    /// Has a call that gives a long answer end when its peer has taken all but the last of it, so that its share is
    /// held so long. By itself the library leaves the answer in the connection's buffer and ends the call.
    /// </summary>
    public static RequestDelegate UntilTaken(RequestDelegate call) =>
        context =>
        {
            var done = call(context);
            return done.IsCompletedSuccessfully && context.Features.Get<Share>() is null
                ? done
                : FlushAsync(done, context);
        };

    private static async Task FlushAsync(Task call, HttpContext context)
    {
        await call;
        if (context.Features.Get<Share>() is not null)
        {
            // The end of the connection ends this too.
            await context.Response.BodyWriter.FlushAsync(CancellationToken.None);
        }
    }

    private bool TryTake(Caller caller, NetworkSource source, long bytes) =>
        caller.IsAnonymous ? _networks.TryTake(source, bytes) : _keys.TryTake(caller.Actor, bytes);

    private void Take(Caller caller, NetworkSource source, long bytes)
    {
        if (caller.IsAnonymous)
        {
            _networks.Take(source, bytes);
        }
        else
        {
            _keys.Take(caller.Actor, bytes);
        }
    }

    private void Return(Caller caller, NetworkSource source, long bytes)
    {
        if (caller.IsAnonymous)
        {
            _networks.Return(source, bytes);
        }
        else
        {
            _keys.Return(caller.Actor, bytes);
        }
    }

    private sealed class Change
    {
        public static readonly Change Made = new();
    }

    private sealed class Share(HeldAnswers all, Caller caller, NetworkSource source, long bytes) : IDisposable
    {
        public void Dispose() => all.Return(caller, source, bytes);
    }
}
