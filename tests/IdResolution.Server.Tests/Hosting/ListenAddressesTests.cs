using System.Net;
using System.Net.Sockets;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using Microsoft.Extensions.Configuration;

namespace IdResolution.Server.Tests.Hosting;

[TestFixture]
internal sealed class ListenAddressesTests
{
    [Test]
    public async Task Port_WhoseFormerConnectionsStillEnd_IsFree_AsANodeThatDiedUnderLoadLeavesIt()
    {
        using var former = new TcpListener(IPAddress.Loopback, 0);
        former.Start();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync((IPEndPoint)former.LocalEndpoint);
            // The side that ends a connection first keeps its port in TIME-WAIT, for a minute.
            using (await former.AcceptSocketAsync()) { }
            Assert.That(await client.GetStream().ReadAsync(new byte[1]), Is.Zero);
        }
        var options = Options(former.LocalEndpoint.ToString()!);
        former.Stop();

        Assert.That(() => ListenAddresses.Try(options, new ConfigurationBuilder().Build()), Throws.Nothing);
    }

    [Test]
    public void Port_ThatAnotherListensOn_IsRefused_NamingTheSetting()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        Assert.That(
            () => ListenAddresses.Try(Options(other.LocalEndpoint.ToString()!), new ConfigurationBuilder().Build()),
            Throws.TypeOf<OperatorException>().With.Message.Contains("Http (--http)")
        );
    }

    private static NodeOptions Options(string http) =>
        new()
        {
            Http = http,
            Grpc = "127.0.0.1:0",
            Handle = "127.0.0.1:0",
        };
}
