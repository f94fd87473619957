using IdResolution.Server.Http;
using IdResolution.Server.Rest;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class RouteMetadataTests : NodeFixture
{
    private IEnumerable<RouteEndpoint> Calls =>
        Server
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal));

    [Test]
    public void EveryCall_SaysWhoMayMakeItAndHowLongItsBodyMayBe()
    {
        Assert.That(Calls, Is.Not.Empty);
        foreach (var call in Calls)
        {
            Assert.That(call.Metadata.GetMetadata<RoleNeededAttribute>(), Is.Not.Null, call.DisplayName);
            Assert.That(
                call.Metadata.GetMetadata<BodyLimit>()?.Bytes is > 0,
                Is.EqualTo(call.Metadata.GetMetadata<IAcceptsMetadata>() is not null),
                call.DisplayName
            );
        }
    }

    [Test]
    public async Task EveryNumber_OutOfItsRange_IsRefusedByName()
    {
        var numbers = Calls
            .SelectMany(c => c.Metadata.GetOrderedMetadata<NumberParameter>().Select(n => (Call: c, Number: n)))
            .ToList();

        Assert.That(numbers, Has.Count.GreaterThan(9));
        foreach (var (call, number) in numbers)
        {
            var path = call.RoutePattern.RawText!.Replace("{**id}", "88.300.1/x", StringComparison.Ordinal);
            var id = call.Metadata.GetOrderedMetadata<TextParameter>().Any(t => t.IsRequired) ? "id=88.300.1/x&" : "";
            var answer = await Server.SendAsync(
                Core.Access.Role.Admin,
                "GET",
                $"{path.Replace("{code}", "x", StringComparison.Ordinal)}?{id}{number.Name}={number.Least - 1}"
            );
            Assert.That(
                (answer.Status, answer.Json.GetProperty("detail").GetString()),
                Is.EqualTo((422, $"{number.Name} must be {number.Least} to {number.Greatest}.")),
                call.DisplayName
            );
        }
    }
}
