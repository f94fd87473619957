using IdResolution.Core.Access;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Http;

/// <summary>
/// The bytes of request bodies that have not come to their end: of each network without a key, and of each key. Short
/// bodies are not counted; connections bound their number. Thread-safe.
/// </summary>
internal sealed class HeldBodies(TimeProvider time)
{
    /// <summary>A body that holds no more bytes than this is always waited for.</summary>
    public const int AlwaysHeld = 16_384;

    /// <summary>The most bytes of one network without a key.</summary>
    public const long MostEach = 32 << 20;

    /// <summary>The most bytes of one key.</summary>
    public const long MostOfKey = 128 << 20;

    /// <summary>The most bytes of all networks, and of all keys.</summary>
    public const long Most = 256 << 20;

    /// <summary>How long a counted body without a key may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TimeProvider _time = time;
    private readonly SourceShares _networks = new(Most, MostEach);
    private readonly Shares<long> _keys = new(() => Most, () => MostOfKey);

    /// <summary>The bytes held in all.</summary>
    public long Bytes => _networks.Held + _keys.Held;

    /// <summary>The error of who holds too much.</summary>
    public static Error TooMany { get; } =
        Error.Of(
            ErrorCode.TooMany,
            "Too many long requests of your network or key are unfinished: send them to their end first.",
            "您所在网络或密钥未发送完毕的长请求过多：请先将其发送完毕。"
        ) with
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    /// <summary>Begins to count a body, which holds nothing yet.</summary>
    public static Held Of(HttpContext context) =>
        new(context, context.RequestServices.GetRequiredService<HeldBodies>());

    private bool TryTake(Caller caller, NetworkSource source, long bytes) =>
        caller.IsAnonymous ? _networks.TryTake(source, bytes) : _keys.TryTake(caller.Actor, bytes);

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

    /// <summary>
    /// What one body holds, until it is disposed. Without a key, a body that is late ends its request.
    /// </summary>
    internal sealed class Held : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly HttpContext _context;
        private readonly HeldBodies _all;
        private readonly Caller _caller;
        private readonly NetworkSource _source;
        private readonly ITimer? _late;
        private long _bytes;
        private bool _isOver;

        public Held(HttpContext context, HeldBodies all)
        {
            (_context, _all, _caller, _source) = (context, all, context.Caller(), context.Source());
            _late = _caller.IsAnonymous
                ? all._time.CreateTimer(static held => ((Held)held!).End(), this, Patience, Timeout.InfiniteTimeSpan)
                : null;
        }

        /// <summary>Says how many bytes the body holds now, no fewer than before. False if that is too much.</summary>
        public bool TryHold(long bytes)
        {
            if (bytes > _bytes && !_all.TryTake(_caller, _source, bytes - _bytes))
            {
                return false;
            }
            _bytes = Math.Max(_bytes, bytes);
            return true;
        }

        public void Dispose()
        {
            lock (_lock)
            {
                // The context is another request's afterwards.
                _isOver = true;
            }
            _late?.Dispose();
            if (_bytes > 0)
            {
                _all.Return(_caller, _source, _bytes);
                _bytes = 0;
            }
        }

        private void End()
        {
            lock (_lock)
            {
                if (!_isOver)
                {
                    _context.Abort();
                }
            }
        }
    }
}
