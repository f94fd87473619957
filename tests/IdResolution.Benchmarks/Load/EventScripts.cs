using IdResolution.Benchmarks.Data;

namespace IdResolution.Benchmarks.Load;

/// <summary>Scripts for <c>wrk</c> that send events and scans.</summary>
internal static class EventScripts
{
    // Threads are numbered from 1 in their order of setup; a run of its own has a series of keys of its own.
    private const string Threads = """
        local threads = 0
        function setup(thread)
          threads = threads + 1
          thread:set("number", threads)
        end
        """;

    private static long _runs;

    /// <summary>Sends one event after the other.</summary>
    public static string One(string key, long items) =>
        $$"""
            {{Events(items)}}
            function request()
              return "POST /api/v1/events" .. head .. send(event())
            end
            {{Send(key)}}
            """;

    /// <summary>Sends batches of events.</summary>
    public static string Batch(string key, long items, int size) =>
        $$"""
            {{Events(items)}}
            function request()
              local events = {}
              for i = 1, {{size}} do
                events[i] = event()
              end
              return "POST /api/v1/events:batch" .. head .. send('{"items":[' .. table.concat(events, ",") .. "]}")
            end
            {{Send(key)}}
            """;

    /// <summary>Scans pieces in stock at random.</summary>
    /// <param name="key">A reader's key.</param>
    /// <param name="shape">The plant; cells of its first block are scanned.</param>
    /// <param name="intent">More members of the body; empty for none.</param>
    public static string Scan(string key, PlantShape shape, string intent)
    {
        var (first, count) = PlantItem.Stock(shape);
        var name = PlantItem.Cell(0, 0)[..^5];
        return $$"""
            {{Threads}}
            local random, format = math.random, string.format
            function init()
              math.randomseed(os.time() * 7 + number)
            end
            function request()
              local cell = format("%05d", random({{first}}, {{first + count - 1}}))
              return "POST /api/v1/scan" .. head .. send('{"text":"{{name}}' .. cell .. '"{{intent}}}')
            end
            {{Send(key)}}
            """;
    }

    private static string Send(string key) =>
        $$"""
            head = " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {{key}}\r\nContent-Type: application/json\r\nContent-Length: "
            function send(body)
              return #body .. "\r\n\r\n" .. body
            end
            """;

    /// <summary>
    /// Each event names four: by turns a transformation of an item into two by a machine, and an assembly of two items
    /// in a parent by a machine. Items come in their order, as they do on a line; what is a child is no parent.
    /// </summary>
    private static string Events(long items) =>
        $$"""
            {{Threads}}
            local counter, format = 0, string.format
            local function thing(at)
              return format('{"identifier":"{{Item.Prefix}}/{{Generator.Series}}-%010d"}', at)
            end
            local parents, children = 0, 0
            local function parent()
              parents = parents % {{items / 2}} + 1
              return thing(parents)
            end
            local function child()
              children = children % {{items / 2}} + 1
              return thing(children + {{items / 2}})
            end
            function event()
              counter = counter + 1
              local key = format("E%d{{Environment.ProcessId % 1000}}T%d-%010d", {{Interlocked.Increment(
                ref _runs
            )}}, number, counter)
              local start = '{"time":"2025-06-01T08:00:00Z","source":"{{Item.Source}}","sourceKey":"' .. key .. '","equipment":["press 7"],'
              if counter % 2 == 0 then
                return start .. '"type":"transform","inputs":[' .. child() .. '],"outputs":[' .. parent() .. "," .. parent() .. "]}"
              end
              return start .. '"type":"assemble","parent":' .. parent() .. ',"children":[' .. child() .. "," .. child() .. "]}"
            end
            """;
}
