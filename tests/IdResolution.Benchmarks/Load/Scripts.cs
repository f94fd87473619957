using IdResolution.Benchmarks.Data;

namespace IdResolution.Benchmarks.Load;

/// <summary>Scripts for <c>wrk</c>: each builds the whole request itself, which costs the client least.</summary>
internal static class Scripts
{
    // Threads are numbered from 1 in their order of setup; a run of its own has a series of identifiers of its own.
    private const string Threads = """
        local threads = 0
        function setup(thread)
          threads = threads + 1
          thread:set("number", threads)
        end
        """;

    private static long _runs;

    /// <summary>Resolves random identifiers of the data set's first so many.</summary>
    public static string Resolve(long items, string? key) =>
        $$"""
            {{Threads}}
            local head = "GET /api/v1/identifiers/{{Item.Prefix}}/{{Generator.Series}}-"
            local tail = " HTTP/1.1\r\nHost: 127.0.0.1\r\n{{Authorization(key)}}\r\n"
            local random, format = math.random, string.format
            function init()
              math.randomseed(os.time() * 7 + number)
            end
            function request()
              return head .. format("%010d", random(1, {{items}})) .. tail
            end
            """;

    /// <summary>Resolves random handles over the JSON interface of the Handle protocol.</summary>
    public static string Handles() =>
        $$"""
            {{Threads}}
            local head = "GET /api/handles/{{HandleData.Handle(0)[..^HandleData.Digits]}}"
            local tail = " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            local random, format = math.random, string.format
            function init()
              math.randomseed(os.time() * 7 + number)
            end
            function request()
              return head .. format("%06d", random(0, {{HandleData.Count - 1}})) .. tail
            end
            """;

    /// <summary>Registers one new item after the other.</summary>
    public static string Register(string key) =>
        $$"""
            {{Items()}}
            function request()
              local body = item()
              return "POST /api/v1/identifiers HTTP/1.1\r\nHost: 127.0.0.1\r\n{{Authorization(
                key
            )}}Content-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
            end
            """;

    /// <summary>Registers batches of new items.</summary>
    public static string RegisterBatch(string key, int size) =>
        $$"""
            {{Items()}}
            function request()
              local items = {}
              for i = 1, {{size}} do
                items[i] = item()
              end
              local body = '{"items":[' .. table.concat(items, ",") .. "]}"
              return "POST /api/v1/identifiers:batch HTTP/1.1\r\nHost: 127.0.0.1\r\n{{Authorization(
                key
            )}}Content-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
            end
            """;

    /// <summary>Resolves random items of a working set, whose names end in a number.</summary>
    /// <param name="path">The path up to that number.</param>
    /// <param name="items">The greatest number.</param>
    /// <param name="key">The key or token.</param>
    public static string Details(string path, long items, string key) =>
        $$"""
            {{Threads}}
            local head = "GET {{path.Replace("%", "%%", StringComparison.Ordinal)}}"
            local tail = " HTTP/1.1\r\nHost: 127.0.0.1\r\n{{Authorization(key)}}\r\n"
            local random, format = math.random, string.format
            function init()
              math.randomseed(os.time() * 7 + number)
            end
            function request()
              return format(head .. "%010d", random(1, {{items}})) .. tail
            end
            """;

    /// <summary>Registers batches of new items of four attributes over SNMS.</summary>
    public static string SnmsBatch(string token, string version, int size) =>
        PlainBatch(
            token,
            size,
            "/identityv2/data/batchCreate",
            "[",
            "]",
            $$$"""
            '{"handle":"{{{Item.Prefix}}}/' .. name .. '","templateVersion":"{{{version}}}","value":['
              .. '{"auth":"","index":2000,"type":"a0","data":{"format":"string","value":"' .. name .. '"}},'
              .. '{"auth":"","index":2001,"type":"a1","data":{"format":"string","value":"one of many"}},'
              .. '{"auth":"","index":2002,"type":"a2","data":{"format":"string","value":"two of many"}},'
              .. '{"auth":"","index":2003,"type":"a3","data":{"format":"string","value":"three of many"}}]}'
            """
        );

    /// <summary>Registers batches of the same items over REST.</summary>
    public static string PlainBatch(string key, string template, int size) =>
        PlainBatch(
            key,
            size,
            "/api/v1/identifiers:batch",
            "{\"items\":[",
            "]}",
            $$$"""
            '{"template":"{{{template}}}","identifier":"{{{Item.Prefix}}}/' .. name .. '","attributes":{"a0":"' .. name
              .. '","a1":"one of many","a2":"two of many","a3":"three of many"}}'
            """
        );

    private static string PlainBatch(string key, int size, string path, string first, string last, string item) =>
        $$"""
            {{Threads}}
            local counter, format = 0, string.format
            function request()
              local items = {}
              for i = 1, {{size}} do
                counter = counter + 1
                local name = format("S%d{{Environment.ProcessId % 1000}}T%d-%010d", {{Interlocked.Increment(
                ref _runs
            )}}, number, counter)
                items[i] = {{item}}
              end
              local body = '{{first}}' .. table.concat(items, ",") .. '{{last}}'
              return "POST {{path}} HTTP/1.1\r\nHost: 127.0.0.1\r\n{{Authorization(
                key
            )}}Content-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
            end
            """;

    private static string Authorization(string? key) => key is null ? "" : $"Authorization: Bearer {key}\\r\\n";

    private static string Items() =>
        $$"""
            {{Threads}}
            local attributes = { {{string.Join(
                ", ",
                Enumerable.Range(0, Item.Variants / 4).Select(v => $"'{Item.AttributesJson(v * 4)}'")
            )}} }
            local counter = 0
            local format = string.format
            function item()
              counter = counter + 1
              local name = format("W%d{{Environment.ProcessId % 1000}}T%d-%010d", {{Interlocked.Increment(
                ref _runs
            )}}, number, counter)
              return '{"template":"{{Item.Template}}","identifier":"{{Item.Prefix}}/' .. name .. '","source":"{{Item.Source}}","sourceKey":"' .. name .. '","attributes":' .. attributes[counter % #attributes + 1] .. '}'
            end
            """;
}
