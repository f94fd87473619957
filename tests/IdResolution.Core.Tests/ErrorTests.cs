using IdResolution.Core.Errors;

namespace IdResolution.Core.Tests;

[TestFixture]
public sealed class ErrorTests
{
    [Test]
    public void Combine_Several_NamesEachAndSaysHowMany()
    {
        var combined = Error.Combine([
            Error.Of(ErrorCode.InvalidValue, "a", "甲", "attributes.x"),
            Error.Of(ErrorCode.InvalidValue, "b", "乙", "attributes.y"),
        ]);

        Assert.Multiple(() =>
        {
            Assert.That(combined.Details.Select(d => d.Field), Is.EqualTo(new[] { "attributes.x", "attributes.y" }));
            Assert.That(combined.Message.En, Does.StartWith("2 fields"));
        });
    }
}
