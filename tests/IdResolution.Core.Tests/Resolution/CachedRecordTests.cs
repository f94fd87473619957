using IdResolution.Core.Access;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Tests.Resolution;

[TestFixture]
public sealed class CachedRecordTests
{
    [Test]
    public void Bytes_RenderingReplaced_CountsTheNewOneAlone()
    {
        var entry = new CachedRecord(LookupKey.Of("88/x"), null, 1, 0, null);
        var bare = entry.Bytes;
        entry[Projection.Public, RenderingForm.Json] = new Rendering(new byte[1000], "W/\"1\"", 1);
        var once = entry.Bytes;
        for (var epoch = 2; epoch < 50; epoch++)
        {
            entry[Projection.Public, RenderingForm.Json] = new Rendering(new byte[1000], "W/\"1\"", epoch);
        }

        Assert.That(entry.Bytes, Is.EqualTo(once).And.GreaterThan(bare + 1000));
        entry[Projection.Public, RenderingForm.Json] = null;
        Assert.That(entry.Bytes, Is.EqualTo(bare));
    }
}
