using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Traceability;
using IdResolution.Fuzzing.Driver;
using IdResolution.Server.Grpc;
using IdResolution.Server.Http;
using IdResolution.Server.Rest;

namespace IdResolution.Fuzzing.Targets;

/// <summary>
/// Events, links and intents of REST and gRPC as far as they are read before the core is asked, and the cursors of
/// traces, events and stock. The first byte chooses the reader.
/// </summary>
internal sealed class EventsTarget : FuzzTarget
{
    private static readonly byte[] s_seal = new byte[32];

    private readonly Action<byte[]>[] _readers =
    [
        static bytes => Body(bytes, static json => Of(EventBody.Event(json), static read => read.Misread)),
        static bytes => Body(bytes, static json => Of(EventBody.Link(json), static read => read.Misread)),
        static bytes => Body(bytes, Intent),
        static bytes => Message(bytes, V1.Event.Parser, EventReader.Event),
        static bytes => Message(bytes, V1.ItemLink.Parser, static link => (Result<LinkRequest>)EventReader.Link(link)),
        Trace,
        Events,
        Stock,
    ];

    public override string Name => "events";

    public override long AllocationPerByte => 3_000;

    public override IReadOnlyList<string> Tokens =>
        [
            "{",
            "}",
            "[",
            "]",
            ",",
            "null",
            "true",
            "-1",
            "1e400",
            "\\ud800",
            "\"type\":",
            "\"transform\"",
            "\"time\":\"2026-03-01T08:00:00Z\"",
            "\"zone\":\"+08:00\"",
            "\"items\":",
            "\"inputs\":",
            "\"outputs\":",
            "\"parent\":",
            "\"children\":",
            "\"identifier\":",
            "\"text\":",
            "\"source\":",
            "\"sourceKey\":",
            "\"quantity\":",
            "\"unit\":",
            "\"position\":",
            "\"measurements\":",
            "\"characteristic\":",
            "\"value\":",
            "\"defects\":",
            "\"holds\":",
            "\"corrects\":",
            "\"as\":",
            "\"ns:name\":",
            "\"from\":",
            "\"to\":",
            "\"intent\":",
            "\"record\":",
            ".",
            "-9223372036854775808",
        ];

    public override IEnumerable<byte[]> Seeds()
    {
        const string Event = """
            {"type":"transform","time":"2026-03-01T08:00:00","zone":"+08:00","source":"mes","sourceKey":"1",
             "inputs":[{"identifier":"88.300/a","quantity":2.50,"unit":"MTK"}],"outputs":["88.300/b",{"text":"c"}],
             "equipment":[{"source":"mes","sourceKey":"m1"}],"place":"88.300/p","step":"coat","reason":"r",
             "measurements":[{"characteristic":"t","value":1.5,"unit":"CEL","lower":1,"upper":2}],
             "defects":[{"code":"d","count":2}],"acme:x":{"y":[1]}}
            """;
        const string Link = """
            {"type":"consumes","from":"88.300/b","to":{"identifier":"88.300/a","quantity":1},
             "time":"2026-03-01T08:00:00Z"}
            """;
        yield return Chosen(0, Event);
        yield return Chosen(
            0,
            """{"type":"correct","corrects":"3f2504e0-4f89-11d3-9a0c-0305e82c3301","as":"hold","holds":["x"]}"""
        );
        yield return Chosen(1, Link);
        yield return Chosen(
            2,
            """{"kind":"use","into":"88.300/b","place":"88.300/p","record":{"source":"a","sourceKey":"b"}}"""
        );
        var message = new V1.Event
        {
            Type = V1.EventType.Transform,
            Time = "2026-03-01T08:00:00Z",
            Zone = "+08:00",
            Source = "mes",
            SourceKey = "1",
            Reason = "r",
        };
        message.Inputs.Add(new V1.Thing { Identifier = "88.300/a" });
        message.Outputs.Add(new V1.Thing { Text = "b" });
        message.Measurements.Add(new V1.Measurement());
        message.Defects.Add(new V1.Defect());
        yield return Chosen(3, message.ToByteArray());
        yield return Chosen(4, new V1.ItemLink { Time = "2026-03-01T08:00:00Z" }.ToByteArray());
        yield return Chosen(5, new TraceCursor(1, 2, 3, 4).ToText(s_seal));
        yield return Chosen(6, "12.-3.45");
        var place = ItemKey.OfText("hall 1");
        yield return Chosen(7, StockCursor.ToText(new StockPosition(place, 7, "kg", ItemKey.OfText("box"))));
        yield return Chosen(7, StockCursor.ToText(new StockPosition(place, 7, "", null)));
    }

    public override void Take(byte[] input)
    {
        if (input.Length > 0)
        {
            _readers[input[0] % _readers.Length](input[1..]);
        }
    }

    private static void Body<T>(byte[] bytes, Func<JsonElement, Result<T>> read)
    {
        if (!JsonBody.Parse(new ReadOnlySequence<byte>(bytes)).TryGet(out var json, out _))
        {
            return;
        }
        using (json)
        {
            Read(read(json.RootElement));
        }
    }

    private static Result<T> Of<T>(T read, Func<T, Error?> misread) => misread(read) is { } error ? error : read;

    private static Result<ScanIntent?> Intent(JsonElement json)
    {
        var faults = new Faults();
        var intent = EventBody.Intent(json, faults);
        return faults.TryCombine(out var error) ? error : intent;
    }

    private static void Message<TMessage, T>(
        byte[] bytes,
        MessageParser<TMessage> parser,
        Func<TMessage, Result<T>> read
    )
        where TMessage : IMessage<TMessage>
    {
        TMessage message;
        try
        {
            message = parser.ParseFrom(new ReadOnlySequence<byte>(bytes));
        }
        catch (InvalidProtocolBufferException)
        {
            // The call is refused.
            return;
        }
        Read(read(message));
    }

    private static void Read<T>(Result<T> read)
    {
        if (read.Error is { } error)
        {
            Hold.That(error.Message.En.Length > 0 && error.Message.Zh.Length > 0, "What is refused has a reason.");
        }
        else if (read.Value is EventRequest request)
        {
            Hold.That(
                request.Items.Concat(request.Inputs).Concat(request.Outputs).All(static thing => thing is not null),
                "What was named is there."
            );
        }
    }

    private static void Trace(byte[] bytes)
    {
        if (TraceCursor.TryParse(Encoding.Latin1.GetString(bytes), s_seal, out var cursor))
        {
            Hold.That(
                TraceCursor.TryParse(cursor.ToText(s_seal), s_seal, out var again) && again == cursor,
                "A cursor is read as it was written."
            );
        }
    }

    private static void Events(byte[] bytes)
    {
        if (EventCursor.TryParse(Encoding.Latin1.GetString(bytes), out var cursor))
        {
            Hold.That(
                EventCursor.TryParse(cursor.ToString(), out var again) && again == cursor,
                "A cursor is read as it was written."
            );
        }
    }

    private static void Stock(byte[] bytes)
    {
        if (
            StockCursor.TryParse(Encoding.Latin1.GetString(bytes), out var position)
            && StockCursor.ToText(position) is { Length: <= 1_024 } text
        )
        {
            Hold.That(
                StockCursor.TryParse(text, out var again) && again == position,
                "A cursor is read as it was written."
            );
        }
    }
}
