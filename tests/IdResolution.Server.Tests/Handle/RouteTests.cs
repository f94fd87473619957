using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Handle;

/// <summary>The Handle protocol for a prefix whose resolvers are sent on: administration is done here.</summary>
[TestFixture]
internal sealed class RouteTests : HandleFixture
{
    private const string Own = Prefix + ".5";

    [OneTimeSetUp]
    public async Task SetRouteAsync()
    {
        await HomeAsync(Own);
        var route = new PrefixRoute
        {
            Prefix = Own,
            Address = "198.51.100.5",
            Udp = 2_641,
        };
        var set = await Node.Services.GetRequiredService<RouteEditor>().SaveAsync(route, Caller.Node, Stop);
        Assert.That(set.IsOk, set.Error?.Message.En);
    }

    [Test]
    public async Task Administrator_OfAPrefixWithARoute_WritesHereAndIsReferred()
    {
        const string Handle = Own + "/A1";

        var created = await Client.CreateAsync(Handle, [Value(1, "URL", "x")], overwrite: false, mint: false, Stop);
        var modified = await Client.ModifyAsync(Handle, [Value(1, "URL", "y")], Stop);
        var hidden = await Client.ResolveAsync(Handle, new HandleQuery { PublicOnly = false }, Stop);

        Assert.That((created.Code, modified.Code), Is.EqualTo((ResponseCode.Success, ResponseCode.Success)));
        Assert.That(hidden.Code, Is.EqualTo(ResponseCode.ServiceReferral));
        Assert.That(await HeldAsync(Handle), Is.EqualTo("y"));
        Assert.That(await HeldAsync(Handle), Is.EqualTo("y"), "The second time L1 has it.");
        Assert.That((await Anonymous.ResolveAsync(Handle, HandleQuery.All, Stop)).Code, Is.EqualTo(hidden.Code));
        Assert.That((await Client.DeleteAsync(Handle, Stop)).Code, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task Referral_OfAnOldClient_IsOneItCanRead()
    {
        using var wire = await ConnectAsync();

        var answer = await wire.AskAsync(
            OpCode.Resolution,
            new ResolutionRequest(Own + "/X", [], []).Write,
            version: new(2, 1)
        );

        Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.ServiceReferral));
        Assert.That(ReferralResponse.TryRead(answer.Body.Span, false, out var referral), Is.True);
        Assert.That(SiteRecord.TryRead(referral!.Values.Single().Data, out var site), Is.True);
        Assert.That(
            HandleServer.Of(site!.Servers.Single(), SiteServices.Query)!.ToString(),
            Is.EqualTo("198.51.100.5:2641")
        );
    }

    [Test]
    public async Task PrefixRecord_ThatIsStored_WinsWhole()
    {
        const string Other = Own + ".STORED";
        await HomeAsync(Other);
        var route = new PrefixRoute
        {
            Prefix = Other,
            Address = "198.51.100.6",
            Tcp = 1,
        };
        await Node.Services.GetRequiredService<RouteEditor>().SaveAsync(route, Caller.Node, Stop);
        await Client.CreateAsync("0.NA/" + Other, [Value(1, "DESC", "ours")], overwrite: true, mint: false, Stop);

        Assert.That(await ValuesOfAsync("0.NA/" + Other), Is.EqualTo(["1 DESC ours"]));
        Assert.That(
            (await Anonymous.ResolveAsync(Other + "/X", HandleQuery.All, Stop)).Code,
            Is.EqualTo(ResponseCode.ServiceReferral)
        );
    }

    private async Task HomeAsync(string text)
    {
        Assert.That(Core.Identifiers.Prefix.TryParse(text, out var prefix), Is.True);
        await Node.Node.Prefixes.HomeAsync([prefix!], Caller.Node, Stop);
    }

    private async Task<string> HeldAsync(string handle)
    {
        using var wire = await ConnectAsync();
        var answer = await wire.AskAsync(
            OpCode.Resolution,
            new ResolutionRequest(handle, [], []).Write,
            OpFlags.PublicOnly | OpFlags.DoNotRefer
        );
        Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        Assert.That(ResolutionResponse.TryRead(answer.Body.Span, false, out var held), Is.True);
        return held!.Values.Single(v => v.Index == 1).Text;
    }
}
