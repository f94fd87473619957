namespace IdResolution.Server.Caching;

/// <summary>
/// The Lua scripts. Each uses one key, so that it runs in Redis Cluster. They read the time and then write, which needs
/// Redis 5 or later. A key of another type counts as missing and is replaced.
/// </summary>
internal static class RedisScripts
{
    /// <summary>Returns the cursor (or false) and the server's time as seconds and microseconds.</summary>
    public const string ReadCursor = """
        local held = redis.pcall('GET', KEYS[1])
        local now = redis.call('TIME')
        return {type(held) == 'string' and held or false, now[1], now[2]}
        """;

    /// <summary>
    /// Compare-and-set of the cursor; 1 if it was set, else 0. ARGV 1: the expected cursor, empty for none. ARGV 2: the
    /// new one.
    /// </summary>
    public const string MoveCursor = """
        local held = redis.pcall('GET', KEYS[1])
        if type(held) ~= 'string' then held = '' end
        if held ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[2])
        return 1
        """;

    /// <summary>
    /// Offers the furthest entry of the log that a node knows (<c>LOG SEQUENCE LEAF</c>), and returns the furthest that
    /// any node has offered. ARGV: log, sequence, and the whole text.
    /// </summary>
    public const string OfferHead = """
        local held = redis.pcall('GET', KEYS[1])
        if type(held) == 'string' then
          local log, at = held:match('^(%d+) (%d+) ')
          if log then
            log, at = tonumber(log), tonumber(at)
            if log > tonumber(ARGV[1]) or (log == tonumber(ARGV[1]) and at >= tonumber(ARGV[2])) then return held end
          end
        end
        redis.call('SET', KEYS[1], ARGV[3])
        return ARGV[3]
        """;

    /// <summary>
    /// Compare-and-set of an entry or marker by the sequence number in its header; 1 if it was set, else 0. ARGV 1: the
    /// number as 8 bytes, big-endian. ARGV 2: the value. ARGV 3: its life in ms. ARGV 4: the server time in ms after
    /// which the put is too late, 0 for never. The numbers are compared byte by byte: Lua compares strings by the
    /// server's locale, and its numbers are exact only up to 2^53.
    /// </summary>
    public const string Put = """
        if ARGV[4] ~= '0' then
          local now = redis.call('TIME')
          if now[1] * 1000 + now[2] / 1000 > tonumber(ARGV[4]) then return 0 end
        end
        local held = redis.pcall('GETRANGE', KEYS[1], 1, 8)
        if type(held) == 'string' and #held == 8 then
          for i = 1, 8 do
            local there, given = held:byte(i), ARGV[1]:byte(i)
            if there > given then return 0 end
            if there < given then break end
          end
        end
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        return 1
        """;
}
