using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Server.Tests.Rest;
using RpcStatus = Google.Rpc.Status;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>Partners and grants over gRPC.</summary>
[TestFixture]
public sealed class PartnerMethodTests : NodeFixture
{
    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(static b => b, static b => b);

    private GrpcChannel _channel = null!;

    private string Admin => Server.KeyOf(Role.Admin);

    [OneTimeSetUp]
    public void Connect() => _channel = GrpcChannel.ForAddress($"http://{Server.GrpcEndPoint}");

    [OneTimeTearDown]
    public void Disconnect() => _channel.Dispose();

    [Test]
    public async Task Grant_OverBothProtocols_IsTheSame()
    {
        var partner = await CallAsync(
            V1.Partner.Parser,
            "SavePartner",
            new V1.SavePartnerRequest
            {
                Partner = new V1.Partner
                {
                    Code = "haidong",
                    Names = new V1.Names { Zh = "海东科技" },
                    Company = "88.999.1/COM-1",
                    Groups = { "buyers", "buyers" },
                },
            },
            Admin
        );
        Assert.That((partner.Names.Zh, partner.Groups.Single()), Is.EqualTo(("海东科技", "buyers")));

        var made = await CallAsync(
            V1.Grant.Parser,
            "CreateGrant",
            new V1.CreateGrantRequest
            {
                Group = "buyers",
                Templates = { "part" },
                Where =
                {
                    new V1.GrantCondition { Attribute = "tags", Values = { "b", "a" } },
                },
                Fields = new V1.GrantFields
                {
                    Attributes = { "name" },
                    Visibility = V1.Visibility.Partner,
                    Events = { V1.EventType.Ship },
                    Links = { V1.LinkType.ProducedBy },
                    Measurements = true,
                },
                Hidden = V1.HiddenForm.Anonymous,
                Purpose = "Warranty",
                From = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
                Until = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddYears(1)),
            },
            Admin
        );

        Assert.That((made.State, made.Hidden), Is.EqualTo((V1.GrantState.InForce, V1.HiddenForm.Anonymous)));
        Assert.That(made.Where.Single().Values, Is.EqualTo(["a", "b"]));
        Assert.That(made.Fields.Links.Single(), Is.EqualTo(V1.LinkType.ProducedBy));
        var shown = await Server.GetAsync($"/api/v1/grants/{made.Id}", Role.Reader);
        Assert.That(
            shown.Json.GetProperty("fields").GetRawText(),
            Is.EqualTo(
                """{"attributes":["name"],"visibility":"partner","events":["ship"],"links":["produced-by"],"measurements":true}"""
            )
        );
        var ended = await CallAsync(V1.Grant.Parser, "EndGrant", new V1.EndGrantRequest { Id = made.Id }, Admin);
        Assert.That((ended.State, ended.EndedAt is null), Is.EqualTo((V1.GrantState.Over, false)));
    }

    [Test]
    public async Task Grant_Faulty_NamesEachField()
    {
        var wanted = new V1.CreateGrantRequest
        {
            Partner = "nobody",
            Fields = new V1.GrantFields { Events = { (V1.EventType)999 }, Links = { V1.LinkType.Unspecified } },
            Hidden = (V1.HiddenForm)9,
        };

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await CallAsync(V1.Grant.Parser, "CreateGrant", wanted, Admin)
        );

        Assert.That(error!.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
        Assert.That(
            FieldsOf(error!),
            Is.EquivalentTo(["partner", "fields.events", "fields.links", "hidden", "purpose"])
        );
    }

    [Test]
    public async Task PartnersKey_ListsItselfAndItsGrantsAlone()
    {
        var own = await Server.GrantAsync("own");
        var more = await Server.GrantAsync("own");
        await Server.GrantAsync("others");
        var key = (await Server.Node.Keys.CreateAsync(new NewKey(Role.Partner, Partner: "own"), Caller.Node, default))
            .Value
            .Text;

        var partners = await CallAsync(
            V1.ListPartnersResponse.Parser,
            "ListPartners",
            new V1.ListPartnersRequest(),
            key
        );
        var first = await CallAsync(
            V1.ListGrantsResponse.Parser,
            "ListGrants",
            new V1.ListGrantsRequest { Limit = 1 },
            key
        );
        var second = await CallAsync(
            V1.ListGrantsResponse.Parser,
            "ListGrants",
            new V1.ListGrantsRequest { After = first.Next },
            key
        );

        Assert.That(partners.Items.Select(p => p.Code), Is.EqualTo(["own"]));
        Assert.That(first.Items.Concat(second.Items).Select(g => g.Id), Is.EqualTo([own, more]));
        Assert.That(second.HasNext, Is.False);
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await CallAsync(
                V1.ListGrantsResponse.Parser,
                "ListGrants",
                new V1.ListGrantsRequest { Partner = "others" },
                key
            )
        );
        Assert.That(refused!.StatusCode, Is.EqualTo(StatusCode.NotFound));
    }

    private static IEnumerable<string> FieldsOf(RpcException error) =>
        RpcStatus
            .Parser.ParseFrom(error.Trailers.GetValueBytes("grpc-status-details-bin"))
            .Details.Single(d => d.Is(BadRequest.Descriptor))
            .Unpack<BadRequest>()
            .FieldViolations.Select(v => v.Field);

    private async Task<T> CallAsync<T>(MessageParser<T> parser, string method, IMessage request, string key)
        where T : IMessage<T>
    {
        var described = new Method<byte[], byte[]>(
            MethodType.Unary,
            V1.Partners.Descriptor.FullName,
            method,
            s_bytes,
            s_bytes
        );
        var options = new CallOptions(new Metadata { { "authorization", $"Bearer {key}" } });
        using var call = _channel.CreateCallInvoker().AsyncUnaryCall(described, null, options, request.ToByteArray());
        return parser.ParseFrom(await call);
    }
}
