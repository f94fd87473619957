using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Tests.ChangeLog;

[TestFixture]
public sealed class StateTests
{
    private static readonly Gen<(string Code, byte[] Value)[]> s_entries = (
        from code in Gen.Elements("a:x", "a:厚度", "v:1", "m:identifier", "", new string('c', 300))
        from value in Gen.OneOf(Properties.Bytes, Gen.Choose(0, 3000).Select(n => new byte[n]))
        select (code, value)
    ).ArrayOf();

    [Test]
    public void Write_AnyEntries_AreReadBackInOrderWithSaltsOfTheirOwn() =>
        Properties.ForAll(
            s_entries,
            entries =>
            {
                var read = Read(State(entries));

                // Compared without NUnit's constraints, which take their time over arrays of arrays.
                Assert.That(read.Select(e => e.Code).SequenceEqual(entries.Select(e => e.Code)), Is.True, "codes");
                Assert.That(
                    read.Zip(entries).All(pair => pair.First.Value.AsSpan().SequenceEqual(pair.Second.Value)),
                    Is.True,
                    "values"
                );
                Assert.That(
                    read.Select(e => Convert.ToHexString(e.Salt)).Distinct().Count(),
                    Is.EqualTo(read.Count),
                    "salts"
                );
            }
        );

    [Test]
    public void Write_Text_IsUtf8()
    {
        var writer = new StateWriter();
        writer.Add("a:x", "电堆😀");

        Assert.That(Encoding.UTF8.GetString(Read(writer.ToState())[0].Value), Is.EqualTo("电堆😀"));
    }

    [TestCase("4711")]
    [TestCase("")]
    [TestCase(null)]
    public void Write_List_IsReadBackWithSaltsOfItsOwn(string? key)
    {
        var writer = new StateWriter();
        writer.AddList("k:mes", key is null ? [] : [key]);
        writer.Add("a:x", "after");
        var reader = new StateReader(writer.ToState());

        Assert.That(reader.Read(), Is.True);
        var list = new StateList(reader.Value);
        Assert.That((reader.Form, list.Count), Is.EqualTo((StateForm.List, key is null ? 0 : 1)));
        Assert.That(list.Read(), Is.EqualTo(key is not null));
        if (key is not null)
        {
            Assert.That((Encoding.UTF8.GetString(list.Value), list.Form), Is.EqualTo((key, StateForm.Text)));
            Assert.That((list.IsErased, list.Salt.SequenceEqual(reader.Salt)), Is.EqualTo((false, false)));
        }
        Assert.That(list.Read(), Is.False);
        Assert.That(reader.Read(), Is.True);
        Assert.That(Encoding.UTF8.GetString(reader.Value), Is.EqualTo("after"));
    }

    [Test]
    public void Write_ManyListsAndValues_NoSaltComesTwice()
    {
        var writer = new StateWriter();
        for (var i = 0; i < 100; i++)
        {
            writer.AddList($"k:{i}", "key");
            writer.Add($"a:{i}", "value");
        }
        var salts = new HashSet<string>();
        var reader = new StateReader(writer.ToState());
        while (reader.Read())
        {
            Assert.That(salts.Add(Convert.ToHexString(reader.Salt)), Is.True);
            if (reader.Form == StateForm.List)
            {
                var list = new StateList(reader.Value);
                list.Read();
                Assert.That(salts.Add(Convert.ToHexString(list.Salt)), Is.True);
            }
        }
        Assert.That(salts, Has.Count.EqualTo(300));
    }

    [TestCase(4, 0)]
    [TestCase(3, 3)]
    public void Read_UnknownForm_IsRefused(byte form, byte elementForm)
    {
        byte[] element = [0, 1, .. new byte[16], elementForm, 0, 0, 0, 0];
        byte[] state = [2, 0, 1, 0, 1, (byte)'x', .. new byte[16], form, 0, 0, 0, (byte)element.Length, .. element];

        Assert.That(() => Commitments.Of(state), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public void Read_EveryPrefix_IsRefused()
    {
        var state = State([("m:identifier", "88/x"u8.ToArray()), ("a:x", []), ("v:300", new byte[40])]);

        for (var length = 0; length < state.Length; length++)
        {
            Assert.That(() => Read(state[..length]), Throws.InstanceOf<InvalidDataException>(), $"{length} bytes");
        }
    }

    [Test]
    public void Read_RandomBytes_ThrowNothingElse()
    {
        var random = Gen.OneOf(
            Properties.Bytes,
            Properties.Bytes.Select(b => (byte[])[2, 0, 2, .. b]),
            Gen.Choose(0, 90)
                .SelectMany(at =>
                    Gen.Choose(0, 255)
                        .Select(b =>
                        {
                            var state = State([("a:x", new byte[20]), ("v:1", new byte[20])]);
                            state[Math.Min(at, state.Length - 1)] = (byte)b;
                            return state;
                        })
                )
        );
        Properties.ForAll(
            random,
            bytes =>
            {
                try
                {
                    Read(bytes);
                    Commitments.Of(bytes);
                    StateWriter.Without(bytes, ["a:x"]);
                }
                catch (InvalidDataException)
                {
                    // The one refusal there is.
                }
            }
        );
    }

    [Test]
    public void Read_HugeLength_IsRefusedWithoutReservingIt()
    {
        byte[] state = [2, 0, 1, 0, 1, (byte)'x', .. new byte[16], 0, 0x7F, 0xFF, 0xFF, 0xFF];

        Assert.That(() => Read(state), Throws.InstanceOf<InvalidDataException>());
        BinaryPrimitives.WriteInt32BigEndian(state.AsSpan(^4), -1);
        Assert.That(() => Read(state), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public void Without_SomeCodes_LeavesTheOthersAsTheyWere() =>
        Properties.ForAll(
            s_entries,
            entries =>
            {
                var state = State(entries);
                var left = Read(StateWriter.Without(state, ["a:x", "v:1", "a:none"]));
                var expected = Read(state).Where(e => e.Code is not ("a:x" or "v:1")).ToList();

                Assert.That(left.Select(Hex), Is.EqualTo(expected.Select(Hex)));
                Assert.That(Commitments.Of(StateWriter.Without(state, [])), Is.EqualTo(Commitments.Of(state)));
            }
        );

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public void WithoutElement_OneOfAList_IsGoneAndEveryCommitmentStays(int index)
    {
        string[] names = ["Ann Example", "", "a name longer than the thirty-two bytes of a digest"];
        var writer = new StateWriter();
        writer.Add("e:type", "operate");
        writer.AddList("e:persons", names);
        writer.AddList("e:tools", names);
        var state = writer.ToState();

        var left = StateWriter.WithoutElement(state, "e:persons", index);

        Assert.That(Commitments.Of(left), Is.EqualTo(Commitments.Of(state)));
        Assert.That(TextsOf(left, "e:persons"), Is.EqualTo(names.Select((n, i) => i == index ? null : n)));
        Assert.That(TextsOf(left, "e:tools"), Is.EqualTo(names));
        Assert.That(StateWriter.WithoutElement(left, "e:persons", index), Is.EqualTo(left));
        Assert.That(StateWriter.WithoutElement(left, "e:persons", 3), Is.EqualTo(left));
    }

    private static List<string?> TextsOf(byte[] state, string code)
    {
        var texts = new List<string?>();
        var list = new StateList(Read(state).Single(e => e.Code == code).Value);
        while (list.Read())
        {
            texts.Add(list.IsErased ? null : Encoding.UTF8.GetString(list.Value));
        }
        return texts;
    }

    private static byte[] State((string Code, byte[] Value)[] entries)
    {
        var writer = new StateWriter();
        foreach (var (code, value) in entries)
        {
            writer.Add(code, value, StateForm.Bytes);
        }
        return writer.ToState();
    }

    private static List<(string Code, byte[] Salt, byte[] Value)> Read(byte[] state)
    {
        var read = new List<(string, byte[], byte[])>();
        var reader = new StateReader(state);
        while (reader.Read())
        {
            read.Add((Encoding.UTF8.GetString(reader.Code), reader.Salt.ToArray(), reader.Value.ToArray()));
        }
        return read;
    }

    private static string Hex((string Code, byte[] Salt, byte[] Value) entry) =>
        $"{entry.Code} {Convert.ToHexString(entry.Salt)} {Convert.ToHexString(entry.Value)}";
}
