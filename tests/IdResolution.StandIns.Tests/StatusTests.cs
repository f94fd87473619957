using Grpc.Core;

namespace IdResolution.StandIns.Tests;

[TestFixture]
public sealed class StatusTests
{
    [Test]
    public void ToString_WithAndWithoutCause_IsAsDocumented()
    {
        var withCause = new Status(StatusCode.Unavailable, "try later", new InvalidOperationException("broken"));

        Assert.Multiple(() =>
        {
            Assert.That(Status.DefaultSuccess.ToString(), Is.EqualTo("Status(StatusCode=\"OK\", Detail=\"\")"));
            Assert.That(Status.DefaultCancelled.ToString(), Is.EqualTo("Status(StatusCode=\"Cancelled\", Detail=\"\")"));
            Assert.That(
                withCause.ToString(),
                Is.EqualTo("Status(StatusCode=\"Unavailable\", Detail=\"try later\", DebugException=\"System.InvalidOperationException: broken\")"));
        });
    }

    [TestCase(StatusCode.OK, 0)]
    [TestCase(StatusCode.NotFound, 5)]
    [TestCase(StatusCode.Unimplemented, 12)]
    [TestCase(StatusCode.Unauthenticated, 16)]
    public void StatusCode_Number_IsThatOfTheWire(StatusCode code, int number) => Assert.That((int)code, Is.EqualTo(number));

    [Test]
    public void RpcException_StatusOnly_SaysTheStatusAndHasNoTrailers()
    {
        var status = new Status(StatusCode.NotFound, "gone");
        var error = new RpcException(status);

        Assert.Multiple(() =>
        {
            Assert.That(error.Message, Is.EqualTo(status.ToString()));
            Assert.That(error.Status, Is.EqualTo(status));
            Assert.That(error.StatusCode, Is.EqualTo(StatusCode.NotFound));
            Assert.That(error.Trailers, Is.SameAs(Metadata.Empty));
            Assert.That(error.InnerException, Is.Null);
        });
    }

    [Test]
    public void RpcException_MessageTrailersAndCause_AreKept()
    {
        var cause = new InvalidOperationException("broken");
        var status = new Status(StatusCode.Internal, "no", cause);
        Metadata trailers = new() { { "a", "1" } };

        Assert.Multiple(() =>
        {
            Assert.That(new RpcException(status, "said").Message, Is.EqualTo("said"));
            Assert.That(new RpcException(status, "said").Trailers, Is.SameAs(Metadata.Empty));
            Assert.That(new RpcException(status, trailers).Trailers, Is.SameAs(trailers));
            Assert.That(new RpcException(status, trailers).Message, Is.EqualTo(status.ToString()));
            Assert.That(new RpcException(status, trailers, "said").Message, Is.EqualTo("said"));
            Assert.That(new RpcException(status, trailers, "said").InnerException, Is.SameAs(cause));
            Assert.That(() => new RpcException(status, (Metadata)null!), Throws.ArgumentNullException);
        });
    }
}
