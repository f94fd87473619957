using System.Net;
using IdResolution.Server.Caching;
using StackExchange.Redis;

namespace IdResolution.Server.Tests.Caching;

[TestFixture]
public sealed class RedisTunnelTests
{
    [TestCase("redis.example.com", 6379)]
    [TestCase("redis.example.com,ssl=true", 6380)]
    [TestCase("redis.example.com:7000,ssl=true", 7000)]
    [TestCase("sentinel.example.com,ssl=true,serviceName=records", 0, Description = "Left to the library.")]
    public void Use_EndpointWithoutPort_HasThatOfTheLibrary(string configuration, int port)
    {
        var settings = ConfigurationOptions.Parse(configuration);

        RedisTunnel.Use(settings);

        Assert.That(settings.EndPoints.Cast<DnsEndPoint>().Single().Port, Is.EqualTo(port));
    }
}
