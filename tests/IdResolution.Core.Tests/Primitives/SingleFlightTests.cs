using IdResolution.Core.Primitives;

namespace IdResolution.Core.Tests.Primitives;

[TestFixture]
public sealed class SingleFlightTests
{
    private readonly SingleFlight<string, int> _flight = new();

    [Test]
    [CancelAfter(30_000)]
    public async Task JoinOrBegin_WhileUnderWay_Joins()
    {
        var end = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);

        var first = _flight.JoinOrBegin("a", () => end.Task);
        var second = _flight.JoinOrBegin("a", () => Task.FromResult(2));
        var other = await _flight.JoinOrBegin("b", () => Task.FromResult(3));

        Assert.That((second, _flight.Find("a"), other), Is.EqualTo((first, first, 3)));
        end.SetResult(1);
        Assert.That(await second, Is.EqualTo(1));
        Assert.That(_flight.Find("a"), Is.Null);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task JoinOrBegin_AfterAFailure_BeginsAnew()
    {
        Assert.That(
            () => _flight.JoinOrBegin("c", () => Task.FromException<int>(new TimeoutException())),
            Throws.TypeOf<TimeoutException>()
        );

        Assert.That(await _flight.JoinOrBegin("c", () => Task.FromResult(4)), Is.EqualTo(4));
    }
}
