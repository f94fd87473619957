using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Server.Tests.Handle;

/// <summary>The core's rights are cast from the codec's, which it does not know.</summary>
public sealed class AdminRightsTests
{
    [Test]
    public void Rights_OfTheCore_AreThoseOfTheCodec() =>
        Assert.That(
            Enum.GetValues<AdminRights>().Select(right => (right.ToString(), (int)right)),
            Is.EqualTo(Enum.GetValues<AdminPermissions>().Select(right => (right.ToString(), (int)right)))
        );
}
