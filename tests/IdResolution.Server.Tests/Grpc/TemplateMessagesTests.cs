using IdResolution.Core.Templates;
using IdResolution.Server.Grpc;

namespace IdResolution.Server.Tests.Grpc;

[TestFixture]
public sealed class TemplateMessagesTests
{
    [TestCase("88.300.1")]
    [TestCase(null)]
    public void Prefix_GoesRoundTrip(string? prefix)
    {
        var message = TemplateMessages.ToMessage(new Template { Code = "mea", Prefix = prefix });

        Assert.That(message.HasPrefix, Is.EqualTo(prefix is not null));
        Assert.That(TemplateMessages.FromMessage(message).Prefix, Is.EqualTo(prefix));
    }
}
