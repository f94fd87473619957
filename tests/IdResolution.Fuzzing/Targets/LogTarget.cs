using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Records;
using IdResolution.Core.Views;
using IdResolution.Fuzzing.Driver;

namespace IdResolution.Fuzzing.Targets;

/// <summary>
/// Bodies of log entries of both formats, states of both formats with their disclosures, and what is written down of a
/// log: cursors, names, points, trees. A state that is none ends in <see cref="InvalidDataException"/> and in nothing
/// else.
/// </summary>
internal sealed class LogTarget : FuzzTarget
{
    private static readonly NodeCatalog s_catalog = NodeCatalog.Build([], 0, null, TimeProvider.System);

    public override string Name => "log";

    public override IReadOnlyList<string> Tokens =>
        [
            "m:identifier",
            "m:template",
            "m:status",
            "m:keys",
            "m:source",
            "m:sourceKey",
            "m:document",
            "k:erp",
            "a:thickness",
            "v:1",
            "active",
            "revoked",
            "further",
            "mea/1",
            "88.300/a",
            "\0",
            "\u0001",
            "\u0002",
            "\u0003",
            "\0\u0001",
            "0123456789abcdef",
            "a.example/log/1",
            "/log/",
            ".",
            ":",
            ",",
            " ",
            "9223372036854775807",
            "9223372036854775808",
            "-1",
            "1:",
            "[",
            "{",
            "\"",
            "\\",
            "\n",
        ];

    public override IEnumerable<byte[]> Seeds()
    {
        var state = new StateWriter();
        var salt = Encoding.ASCII.GetBytes("0123456789abcdef");
        state.Add("m:identifier"u8, salt, StateForm.Text, "88.300/a"u8);
        state.Add("m:template"u8, salt, StateForm.Text, "mea/1"u8);
        state.Add("m:status"u8, salt, StateForm.Text, "active"u8);
        state.AddList("k:erp", salt, salt, "4711", "a\"\n");
        state.Add("a:thickness"u8, salt, StateForm.Json, "0.5"u8);
        state.Add("v:1"u8, salt, StateForm.Bytes, s_value.Encode());
        var bytes = state.ToState();
        yield return Chosen(0, new LogBody(LogKind.Record, LogOperation.Create, 1, 2, 3, 4).Encode(new byte[64]));
        yield return Chosen(1, bytes);
        yield return Chosen(2, bytes);
        // Format 1 has no byte for the form.
        byte[] former =
        [
            1,
            0,
            2,
            0,
            8,
            .. "m:source"u8,
            .. salt,
            0,
            0,
            0,
            3,
            .. "erp"u8,
            0,
            11,
            .. "m:sourceKey"u8,
            .. salt,
            0,
            0,
            0,
            1,
            .. "1"u8,
        ];
        yield return Chosen(1, former);
        yield return Chosen(2, former);
        var tree = new LogTree();
        tree.Add(new byte[32]);
        tree.Add(new byte[32]);
        tree.Add(new byte[32]);
        yield return Chosen(3, tree.ToString());
        yield return Chosen(4, "1767225600.42");
        yield return Chosen(4, "a.example/log/1767225600");
        yield return Chosen(4, new LogPoint(1, 2, new string('a', 64)).ToString());
    }

    public override void Take(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }
        var bytes = input[1..];
        switch (input[0] % 5)
        {
            case 0:
                Body(bytes);
                break;
            case 1:
                State(bytes);
                break;
            case 2:
                Views(bytes);
                break;
            case 3:
                Tree(Encoding.UTF8.GetString(bytes));
                break;
            default:
                Texts(Encoding.UTF8.GetString(bytes));
                break;
        }
    }

    private static readonly RawValue s_value = new()
    {
        Index = 1,
        Type = "URL",
        Data = [1, 2, 3],
        References = [new Reference("88.300/a", 1)],
    };

    private static void Body(byte[] bytes)
    {
        if (!LogBody.TryDecode(bytes, out var body, out var commitments))
        {
            return;
        }
        var encoded = body.Encode(commitments);
        Hold.Same(encoded.AsSpan(1), bytes.AsSpan(1), "Both formats have the same fields.");
        Hold.That(LogBody.IsFormer(bytes) || encoded[0] == bytes[0], "A body stays as it is.");
        Hold.That(LogBody.Leaf(bytes).Length == 32, "A leaf has 32 bytes.");
        var sorted = commitments.ToArray();
        Commitments.Sort(sorted);
        Hold.That(sorted.Length == commitments.Length, "Sorting leaves all commitments.");
    }

    private static void State(byte[] bytes)
    {
        try
        {
            var reader = new StateReader(bytes);
            var writer = new StateWriter();
            while (reader.Read())
            {
                if (!Utf8.IsValid(reader.Code))
                {
                    return;
                }
                writer.Add(reader.Code, reader.Salt, reader.Form, reader.Value);
            }
            var whole = bytes.AsSpan(0, bytes.Length - reader.Left);
            if (!reader.IsFormer)
            {
                Hold.Same(writer.ToState(), whole, "A state is written as it was read.");
            }
            Hold.Same(StateWriter.Without(bytes, []), whole, "A state without nothing stays as it is.");
            Commit(bytes);
        }
        catch (InvalidDataException)
        {
            // Not a state.
        }
    }

    private static void Commit(byte[] state)
    {
        var all = Commitments.Of(state);
        Span<byte> commitment = stackalloc byte[Commitments.Length];
        var reader = new StateReader(state);
        for (var i = 0; reader.Read(); i++)
        {
            var most = Disclosure.MaxLength(reader.Code, reader.Form, reader.Value);
            var json = new byte[most];
            var length = Disclosure.Write(reader.Salt, reader.Code, reader.Form, reader.Value, json);
            Commitments.Compute(reader.Salt, reader.Code, reader.Form, reader.Value, commitment);
            Hold.That(all.AsSpan().IndexOf(commitment) >= 0, "Each value has its commitment.");
            if (reader.Form != StateForm.Json && Utf8.IsValid(reader.Value))
            {
                // SD-JWT (RFC 9901): salt, name and value.
                using var disclosure = JsonDocument.Parse(json.AsMemory(0, length));
                Hold.That(disclosure.RootElement.GetArrayLength() == 3, "A disclosure has three members.");
                Hold.Same(
                    disclosure.RootElement[1].GetString(),
                    Encoding.UTF8.GetString(reader.Code),
                    "A disclosure names its value."
                );
            }
        }
    }

    private static void Views(byte[] bytes)
    {
        try
        {
            _ = RecordState.IdentifierOf(bytes);
            _ = RecordState.TemplateOf(bytes);
            _ = RecordState.KeysOf(bytes);
            _ = RecordState.CountedAs(bytes);
            _ = RecordReader.Read(bytes, s_catalog, Projection.Public);
            _ = RecordReader.Read(bytes, s_catalog, Projection.Admin);
        }
        catch (InvalidDataException)
        {
            // Not a state.
        }
    }

    private static void Tree(string text)
    {
        LogTree tree;
        try
        {
            tree = LogTree.Parse(text);
        }
        catch (FormatException)
        {
            return;
        }
        Hold.Same(LogTree.Parse(tree.ToString()).ToString(), tree.ToString(), "A tree stays as it is.");
        tree.Add(new byte[32]);
        Hold.That(tree.Root().Length == 32, "A root has 32 bytes.");
        Hold.Same(LogTree.Parse(tree.ToString()).Root(), tree.Root(), "A tree keeps its root.");
    }

    private static void Texts(string text)
    {
        if (LogCursor.TryParse(text, out var cursor))
        {
            Hold.That(
                LogCursor.TryParse(cursor.ToString(), out var again) && again == cursor,
                "A cursor stays as it is."
            );
        }
        if (LogName.TryParse(text, out var name))
        {
            Hold.That(LogName.TryParse(name.ToString(), out var again) && again == name, "A name stays as it is.");
        }
        if (LogPoint.Parse(text) is { } point)
        {
            Hold.That(LogPoint.Parse(point.ToString()) == point, "A point stays as it is.");
        }
    }
}
