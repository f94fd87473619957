using Grpc.Core;

namespace IdResolution.StandIns.Tests;

[TestFixture]
public sealed class MetadataTests
{
    private static readonly byte[] Bytes = [0, 1, 0xfe];

    [TestCase("abc")]
    [TestCase("0-9_a.z")]
    [TestCase("-")]
    public void Entry_AllowedKey_IsKept(string key) => Assert.That(new Metadata.Entry(key, "x").Key, Is.EqualTo(key));

    [TestCase("a b")]
    [TestCase("a:b")]
    [TestCase("a/b")]
    [TestCase("é")]
    [TestCase("键")]
    [TestCase("a\n")]
    [TestCase("\u212A")] // The Kelvin sign: its lower case is the ASCII k.
    public void Entry_OtherKey_Throws(string key)
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new Metadata.Entry(key, "x"), Throws.ArgumentException);
            Assert.That(() => new Metadata.Entry(key + "-bin", Bytes), Throws.ArgumentException);
        });
    }

    [Test]
    public void Entry_UpperCase_IsLowered()
    {
        Assert.Multiple(() =>
        {
            Assert.That(new Metadata.Entry("X-Request-ID", "Ab").Key, Is.EqualTo("x-request-id"));
            Assert.That(new Metadata.Entry("X-Request-ID", "Ab").Value, Is.EqualTo("Ab"));
            Assert.That(new Metadata.Entry("Key-BIN", Bytes).Key, Is.EqualTo("key-bin"));
            Assert.That(() => new Metadata.Entry("Key-BIN", "text"), Throws.ArgumentException);
        });
    }

    [Test]
    public void Entry_KindAndSuffixDiffer_Throws()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new Metadata.Entry("key-bin", "text"), Throws.ArgumentException);
            Assert.That(() => new Metadata.Entry("key", Bytes), Throws.ArgumentException);
        });
    }

    [Test]
    public void Entry_NoKey_Throws() => Assert.That(() => new Metadata.Entry("", "x"), Throws.ArgumentException);

    [Test]
    public void Entry_Null_Throws()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new Metadata.Entry(null!, "x"), Throws.ArgumentNullException);
            Assert.That(() => new Metadata.Entry("key", (string)null!), Throws.ArgumentNullException);
            Assert.That(() => new Metadata.Entry("key-bin", (byte[])null!), Throws.ArgumentNullException);
        });
    }

    [Test]
    public void Entry_Binary_HasBytesThatNobodyElseHolds()
    {
        byte[] given = [.. Bytes];
        var entry = new Metadata.Entry("key-bin", given);
        given[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.Multiple(() =>
        {
            Assert.That(entry.IsBinary, Is.True);
            Assert.That(entry.ValueBytes, Is.EqualTo(Bytes));
            Assert.That(() => entry.Value, Throws.InvalidOperationException);
            Assert.That(entry.ToString(), Does.StartWith("[Entry: key=key-bin, valueBytes="));
        });
    }

    [Test]
    public void Entry_Text_HasBytesInAscii()
    {
        var entry = new Metadata.Entry("key", "a~");

        Assert.Multiple(() =>
        {
            Assert.That(entry.IsBinary, Is.False);
            Assert.That(entry.ValueBytes, Is.EqualTo("a~"u8.ToArray()));
            Assert.That(entry.ToString(), Is.EqualTo("[Entry: key=key, value=a~]"));
        });
    }

    [Test]
    public void Get_SeveralOfAKey_FindsTheLast()
    {
        Metadata metadata = new() { { "a", "1" }, { "b-bin", Bytes }, { "A", "2" } };

        Assert.Multiple(() =>
        {
            Assert.That(metadata.Get("a"), Is.SameAs(metadata[2]));
            Assert.That(metadata.GetValue("a"), Is.EqualTo("2"));
            Assert.That(metadata.GetValueBytes("a"), Is.EqualTo("2"u8.ToArray()));
            Assert.That(metadata.GetValueBytes("b-bin"), Is.EqualTo(Bytes));
            Assert.That(() => metadata.GetValue("b-bin"), Throws.InvalidOperationException);
            Assert.That(metadata.GetAll("a").Select(entry => entry.Value), Is.EqualTo(new[] { "1", "2" }));
        });
    }

    [Test]
    public void Get_NoneOfAKey_FindsNothing()
    {
        Metadata metadata = new() { { "a", "1" } };

        Assert.Multiple(() =>
        {
            Assert.That(metadata.Get("c"), Is.Null);
            Assert.That(metadata.GetValue("c"), Is.Null);
            Assert.That(metadata.GetValueBytes("c"), Is.Null);
            Assert.That(metadata.GetAll("c"), Is.Empty);
        });
    }

    [Test]
    public void List_Operations_KeepOrder()
    {
        Metadata.Entry first = new("a", "1"), second = new("b", "2"), third = new("c", "3");
        Metadata metadata = new() { third };
        metadata.Insert(0, first);
        metadata.Add(second);
        metadata[1] = second;
        metadata[2] = third;
        var copy = new Metadata.Entry[4];
        metadata.CopyTo(copy, 1);

        Assert.Multiple(() =>
        {
            Assert.That(metadata, Is.EqualTo(new[] { first, second, third }));
            Assert.That(copy, Is.EqualTo(new[] { null, first, second, third }));
            Assert.That(metadata.IndexOf(second), Is.EqualTo(1));
            Assert.That(metadata.Contains(new Metadata.Entry("a", "1")), Is.False);
            Assert.That(metadata.IsReadOnly, Is.False);
            Assert.That(() => metadata.Add(null!), Throws.ArgumentNullException);
            Assert.That(() => metadata[0] = null!, Throws.ArgumentNullException);
        });

        metadata.RemoveAt(0);
        Assert.That(metadata.Remove(third), Is.True);
        Assert.That(metadata, Is.EqualTo(new[] { second }));
        metadata.Clear();
        Assert.That(metadata, Has.Count.Zero);
    }

    [Test]
    public void Empty_Written_Throws()
    {
        Metadata.Entry entry = new("a", "1");

        Assert.Multiple(() =>
        {
            Assert.That(Metadata.Empty.IsReadOnly, Is.True);
            Assert.That(() => Metadata.Empty.Add(entry), Throws.InvalidOperationException);
            Assert.That(() => Metadata.Empty.Add("a", "1"), Throws.InvalidOperationException);
            Assert.That(() => Metadata.Empty.Add("a-bin", Bytes), Throws.InvalidOperationException);
            Assert.That(() => Metadata.Empty.Insert(0, entry), Throws.InvalidOperationException);
            Assert.That(() => Metadata.Empty[0] = entry, Throws.InvalidOperationException);
            Assert.That(() => Metadata.Empty.Remove(entry), Throws.InvalidOperationException);
            Assert.That(() => Metadata.Empty.RemoveAt(0), Throws.InvalidOperationException);
            Assert.That(() => Metadata.Empty.Clear(), Throws.InvalidOperationException);
            Assert.That(Metadata.Empty, Has.Count.Zero);
        });
    }
}
