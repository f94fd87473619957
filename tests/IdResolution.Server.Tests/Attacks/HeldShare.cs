using IdResolution.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Holds bytes of a caller's share, as answers that are not taken do, until it is disposed.</summary>
internal sealed class HeldShare : IDisposable
{
    private readonly Response _response = new();

    public HeldShare(HeldAnswers held, HttpContext context, long bytes)
    {
        context.Features.Set<IHttpResponseFeature>(_response);
        Assert.That(held.Hold(context, bytes), Is.Null);
    }

    public void Dispose() => _response.Complete();

    /// <summary>A request that ends when the test says so.</summary>
    private sealed class Response : HttpResponseFeature
    {
        private readonly List<(Func<object, Task> Callback, object State)> _completed = [];

        public override void OnCompleted(Func<object, Task> callback, object state) =>
            _completed.Add((callback, state));

        public void Complete() => _completed.ForEach(static done => done.Callback(done.State).Wait());
    }
}
