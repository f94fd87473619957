using System.Text;
using System.Text.RegularExpressions;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.ChangeLog;

/// <summary>Holds <c>docs/log-format.md</c> to the code: its test vectors are read from the document.</summary>
[TestFixture]
public sealed partial class LogFormatDocumentTests
{
    private static readonly Dictionary<string, Dictionary<string, string>> s_vectors = ReadVectors();

    [Test]
    public void Document_HasItsVectors() =>
        Assert.That(
            s_vectors.Keys,
            Is.EquivalentTo(
                new[] { "raw-value", "commitment", "record", "document", "erased", "event", "erased-element", "tree" }
            )
        );

    [Test]
    public void Commitment_IsAsWritten()
    {
        var vector = s_vectors["commitment"];
        var commitment = new byte[Commitments.Length];

        Commitments.Compute(
            Hex(vector["salt"]),
            Encoding.UTF8.GetBytes(vector["code"]),
            (StateForm)Number(vector, "form"),
            Encoding.UTF8.GetBytes(vector["value"]),
            commitment
        );

        Assert.That(Convert.ToHexStringLower(commitment), Is.EqualTo(vector["commitment"]));
    }

    [Test]
    public void RawValue_IsAsWritten()
    {
        var vector = s_vectors["raw-value"];
        var value = new RawValue
        {
            Index = Number(vector, "index"),
            TtlType = (byte)Number(vector, "ttlType"),
            Ttl = Number(vector, "ttl"),
            Permissions = (Permissions)Number(vector, "permissions"),
            Type = vector["type"],
            Data = Encoding.UTF8.GetBytes(vector["data"]),
            References = [new Reference(vector["reference"], Number(vector, "referenceIndex"))],
        };

        Assert.That(Convert.ToHexStringLower(value.Encode()), Is.EqualTo(vector["encoded"]));
    }

    [TestCase("record")]
    [TestCase("document")]
    [TestCase("event")]
    public void Entry_IsAsWritten(string name)
    {
        var vector = s_vectors[name];
        var body = new LogBody(
            (LogKind)Number(vector, "kind"),
            (LogOperation)Number(vector, "operation"),
            Number(vector, "object"),
            Number(vector, "version"),
            long.Parse(vector["time"]),
            Number(vector, "actor")
        );

        var encoded = body.Encode(Commitments.Of(Hex(vector["state"])));

        Assert.That(Enum.IsDefined(body.Kind) && Enum.IsDefined(body.Operation), Is.True);
        Assert.That(Convert.ToHexStringLower(encoded), Is.EqualTo(vector["body"]));
        Assert.That(Convert.ToHexStringLower(LogBody.Leaf(encoded)), Is.EqualTo(vector["leaf"]));
    }

    [Test]
    public void Record_StateHoldsWhatTheTextSays()
    {
        var vector = s_vectors["record"];
        var entries = Entries(Hex(vector["state"]));
        var tags = new AttributeDefinition { Code = "tags", Repeated = true };

        Assert.Multiple(() =>
        {
            Assert.That(string.Join(' ', entries.Keys), Is.EqualTo(vector["codes"]));
            Assert.That(Encoding.UTF8.GetString(entries["a:thickness"]), Is.EqualTo("25.5"));
            Assert.That(Encoding.UTF8.GetString(entries["a:note"]), Is.EqualTo("a \"b\"\n电堆"));
            Assert.That(KeyOf(entries["k:mes"]), Is.EqualTo("4711"));
            Assert.That(
                Encoding.UTF8.GetString(entries["a:tags"]),
                Is.EqualTo(
                    ValueCodec
                        .Canonicalise(tags, InputValue.OfList([InputValue.OfText("膜"), InputValue.OfText("a\"b")]))
                        .Value
                )
            );
            Assert.That(Convert.ToHexStringLower(entries["v:7"]), Is.EqualTo(s_vectors["raw-value"]["encoded"]));
        });
    }

    [Test]
    public void Erased_StateLosesTheEntryAndTheBodyKeepsItsCommitment()
    {
        var (record, erased) = (s_vectors["record"], s_vectors["erased"]);
        var left = StateWriter.Without(Hex(record["state"]), [erased["erased"]]);
        Assert.That(LogBody.TryDecode(Hex(record["body"]), out _, out var commitments), Is.True);
        var missing = commitments
            .ToArray()
            .Chunk(Commitments.Length)
            .Select(Convert.ToHexStringLower)
            .Except(Commitments.Of(left).Chunk(Commitments.Length).Select(Convert.ToHexStringLower));

        Assert.That(Convert.ToHexStringLower(left), Is.EqualTo(erased["state"]));
        Assert.That(missing, Is.EqualTo(new[] { erased["missing"] }));
        Assert.That(erased["leaf"], Is.EqualTo(record["leaf"]));
    }

    [Test]
    public void ErasedElement_LeavesItsDigestAndAllCommitments()
    {
        var (whole, erased) = (s_vectors["event"], s_vectors["erased-element"]);

        var left = StateWriter.WithoutElement(Hex(whole["state"]), erased["erased"], Number(erased, "element"));

        var persons = new StateList(Entries(left)[erased["erased"]]);
        Assert.That(string.Join(' ', Entries(left).Keys), Is.EqualTo(whole["codes"]));
        Assert.That((persons.Count, persons.Read(), persons.IsErased), Is.EqualTo((2, true, true)));
        Assert.That(Convert.ToHexStringLower(persons.Value), Is.EqualTo(erased["digest"]));
        Assert.That(Convert.ToHexStringLower(left), Is.EqualTo(erased["state"]));
        Assert.That(Commitments.Of(left), Is.EqualTo(Commitments.Of(Hex(whole["state"]))));
        Assert.That(erased["leaf"], Is.EqualTo(whole["leaf"]));
    }

    [Test]
    public void Tree_IsAsWritten()
    {
        var tree = new LogTree();
        tree.Add(Hex(s_vectors["record"]["leaf"]));
        tree.Add(Hex(s_vectors["document"]["leaf"]));

        Assert.That((tree.Size, Convert.ToHexStringLower(tree.Root())), Is.EqualTo((2L, s_vectors["tree"]["root"])));
    }

    // What the node really writes has the shape the document gives.
    [Test]
    public async Task Category_IsLoggedAsItsOneDocument()
    {
        var vector = s_vectors["document"];
        using var node = await CoreFixture.CreateAsync();
        await node.Categories.SaveAsync(new Category { Code = "material" }, node.Admin, default);

        var change = (await node.Store.Log.ReadAsync(0, 100, default))[^1];

        Assert.That(
            (change.Code, (int)change.Body.Kind, (int)change.Body.Operation),
            Is.EqualTo((vector["code"], Number(vector, "kind"), Number(vector, "operation")))
        );
        var entries = Entries(change.State!);
        Assert.That(entries.Keys, Is.EqualTo(new[] { "m:document" }));
        Assert.That(Encoding.UTF8.GetString(entries["m:document"]), Is.EqualTo(vector["json"]));
        Assert.That(Entries(Hex(vector["state"])), Is.EqualTo(entries));
        Assert.That(change.Leaf, Is.EqualTo(LogBody.Leaf(change.Body.Encode(Commitments.Of(change.State!)))));
    }

    private static Dictionary<string, Dictionary<string, string>> ReadVectors()
    {
        var text = File.ReadAllText(RepositoryFolder.PathOf("docs/log-format.md"));
        return Blocks()
            .Matches(text)
            .ToDictionary(
                block => block.Groups["name"].Value,
                block =>
                    Lines()
                        .Matches(block.Groups["lines"].Value)
                        .ToDictionary(
                            line => line.Groups["key"].Value,
                            line => line.Groups["value"].Value.Replace("\n  ", "", StringComparison.Ordinal)
                        )
            );
    }

    private static Dictionary<string, byte[]> Entries(byte[] state)
    {
        var entries = new Dictionary<string, byte[]>();
        var reader = new StateReader(state);
        while (reader.Read())
        {
            entries.Add(Encoding.UTF8.GetString(reader.Code), reader.Value.ToArray());
        }
        return entries;
    }

    private static string KeyOf(byte[] list)
    {
        var keys = new StateList(list);
        return keys.Read() ? Encoding.UTF8.GetString(keys.Value) : "";
    }

    private static int Number(Dictionary<string, string> vector, string key) => int.Parse(vector[key]);

    private static byte[] Hex(string text) => Convert.FromHexString(text);

    [GeneratedRegex(
        @"^```vector (?<name>[a-z-]+)\n(?<lines>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline
    )]
    private static partial Regex Blocks();

    [GeneratedRegex(@"^(?<key>[a-zA-Z]+) = (?<value>.*(?:\n  .*)*)$", RegexOptions.Multiline)]
    private static partial Regex Lines();
}
