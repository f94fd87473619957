using System.Buffers;
using System.Text;
using FsCheck.Fluent;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Messages;

[TestFixture]
public sealed class ResolutionRequestViewTests
{
    [Test]
    public void Read_AnyRequest_SeesWhatTheClassSees()
    {
        var requests =
            from handle in Properties.Text
            from indexes in Properties.Int.ArrayOf()
            from types in Properties.Text.ArrayOf()
            select new ResolutionRequest(handle, indexes, types);
        Properties.ForAll(
            requests,
            request =>
            {
                Assert.That(ResolutionRequestView.TryRead(Body(request), out var view), Is.True);
                Assert.That(Encoding.UTF8.GetString(view.Handle), Is.EqualTo(request.Handle));
                Assert.That(
                    Enumerable.Range(0, view.Indexes.Count).Select(i => request.Indexes[i]),
                    Is.EqualTo(request.Indexes)
                );
                for (var i = 0; i < view.Indexes.Count; i++)
                {
                    Assert.That(view.Indexes[i], Is.EqualTo(request.Indexes[i]));
                }
                for (var pass = 0; pass < 2; pass++)
                {
                    var types = new List<string>();
                    foreach (var type in view.Types)
                    {
                        types.Add(Encoding.UTF8.GetString(type));
                    }
                    Assert.That(types, Is.EqualTo(request.Types));
                }
            }
        );
    }

    [Test]
    public void Read_AnyRequest_AllocatesNothing()
    {
        var body = Body(new ResolutionRequest("88.300.15907541011/0001", [1, 100], ["URL", "HS_"]));
        var type = "HS_ADMIN"u8.ToArray();
        Read(body, type);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(body, type);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Read_EveryPrefix_IsRefused()
    {
        var body = Body(new ResolutionRequest("88.300/1", [1, 2], ["URL", "EMAIL"]));
        for (var length = 0; length < body.Length; length++)
        {
            Assert.That(ResolutionRequestView.TryRead(body.AsSpan(0, length), out _), Is.False, $"{length} bytes");
        }
    }

    [TestCase(1, "url", "1", "", true)]
    [TestCase(2, "url", "1", "", false)]
    [TestCase(2, "url", "1", "URL", true)]
    [TestCase(2, "url", "", "", true)]
    [TestCase(2, "URL", "", "EMAIL,url", true)]
    [TestCase(2, "HS_SITE.6", "", "HS_SITE", false)]
    [TestCase(2, "HS_SITE.6", "", "hs_site.", true)]
    [TestCase(2, "hs_site", "", "HS_SITE.", true)]
    [TestCase(2, "HS_SITES", "", "HS_SITE.", false)]
    [TestCase(2, "HS_SIT", "", "HS_SITE.", false)]
    [TestCase(2, "URLS", "", "URL", false)]
    [TestCase(2, "URL", "", "URN", false)]
    [TestCase(2, "K", "", "\u212A", false)]
    public void Wants_IndexOrType_OneIsEnough(int index, string type, string indexes, string types, bool wanted)
    {
        var request = new ResolutionRequest(
            "a/b",
            [.. indexes.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)],
            types.Split(',', StringSplitOptions.RemoveEmptyEntries)
        );

        Assert.That(ResolutionRequestView.TryRead(Body(request), out var view), Is.True);
        Assert.That(view.WantsAll, Is.EqualTo(indexes.Length + types.Length == 0));
        Assert.That(
            ValueFilter.Wants(index, Encoding.UTF8.GetBytes(type), view.Indexes, view.Types),
            Is.EqualTo(wanted)
        );
        Assert.That(
            ValueFilter.Wants(
                new HandleValue
                {
                    Index = index,
                    Type = type,
                    Data = [],
                },
                request.Indexes,
                request.Types
            ),
            Is.EqualTo(wanted)
        );
    }

    private static bool Read(byte[] body, byte[] type) =>
        ResolutionRequestView.TryRead(body, out var view)
        && !view.Handle.IsEmpty
        && ValueFilter.Wants(5, type, view.Indexes, view.Types);

    private static byte[] Body(ResolutionRequest request)
    {
        var output = new ArrayBufferWriter<byte>();
        request.Write(new WireWriter(output));
        return output.WrittenSpan.ToArray();
    }
}
