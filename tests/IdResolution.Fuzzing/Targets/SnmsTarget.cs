using System.Buffers;
using IdResolution.Core.ChangeLog;
using IdResolution.Fuzzing.Driver;
using IdResolution.Server.Http;
using IdResolution.Server.Snms;
using IdResolution.Server.UpstreamLink;

namespace IdResolution.Fuzzing.Targets;

/// <summary>
/// SNMS: identifiers as callers send them, and what a secondary node answers. The first byte chooses the reader.
/// </summary>
internal sealed class SnmsTarget : FuzzTarget
{
    private readonly Action<byte[]>[] _readers = [Item, Answer];

    public override string Name => "snms";

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
            "\\u0000",
            "\"handle\":",
            "\"templateVersion\":",
            "\"value\":",
            "\"index\":",
            "\"2000\"",
            "\"type\":",
            "\"data\":",
            "\"format\":\"string\"",
            "\"auth\":",
            "\"status\":",
            "\"message\":",
        ];

    public override IEnumerable<byte[]> Seeds()
    {
        yield return Chosen(
            0,
            """
            {"handle":"88.300/a","templateVersion":"v1","value":[
             {"index":2000,"type":"name","data":{"format":"string","value":"膜"},"auth":"1"},
             {"index":"2001","type":"name","data":{"format":"string","value":null},"auth":null}]}
            """
        );
        yield return Chosen(1, """{"status":1,"message":"OK","data":{"token":"x","list":[1,2]}}""");
        yield return Chosen(1, """{"status":0,"message":"a\nb\u202ec"}""");
    }

    public override void Take(byte[] input)
    {
        if (input.Length > 0)
        {
            _readers[input[0] % _readers.Length](input[1..]);
        }
    }

    private static void Item(byte[] bytes)
    {
        if (!JsonBody.Parse(new ReadOnlySequence<byte>(bytes)).TryGet(out var json, out _))
        {
            return;
        }
        using (json)
        {
            var alone = IdentifierBody.Read(json.RootElement);
            if (!alone.TryGet(out var item, out var error))
            {
                Hold.That(error.Message.En.Length > 0 && error.Message.Zh.Length > 0, "What is refused has a reason.");
                return;
            }
            var again = IdentifierBody.Read(json.RootElement, item);
            Hold.That(again.IsOk, "In a batch it is read as it is alone.");
            Hold.Same(again.Value.Handle, item.Handle, "In a batch it has the same handle.");
            Hold.Same(again.Value.TemplateVersion, item.TemplateVersion, "In a batch it has the same version.");
            Hold.That(
                (again.Value.Values ?? []).SequenceEqual(item.Values ?? []),
                "In a batch it has the same values."
            );
        }
    }

    private static void Answer(byte[] bytes)
    {
        if (SnmsEnvelope.Parse(bytes) is { } answer)
        {
            Hold.That(answer.Message.Length <= DeadLetter.MaxReason, "A message of a secondary node is cut.");
            Hold.That(!answer.Message.Any(char.IsControl), "A message has no control characters.");
        }
    }
}
