using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;
using GrpcValue = Google.Protobuf.WellKnownTypes.Value;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>REST and gRPC show the same record to the same caller.</summary>
[TestFixture]
public sealed class SameRecordTests : NodeFixture
{
    private string _id = "";

    [OneTimeSetUp]
    public async Task RegisterAsync() =>
        _id = await Server.RegisterAsync(
            """
            "source":"mes-7","sourceKey":"order-815","attributes":{"name":"open 膜","grade":"A","cost":471.1,"made":"2026-02-28","serial":"0012","tags":["x","y"],"of":"88.300.1/else"},
            "values":[
              {"index":3,"type":"OPEN","data":"all-may-read"},
              {"index":4,"type":"SHUT","data":"admins-alone","permissions":"1100"},
              {"index":5,"type":"DUE","data":"x","expires":"2040-01-01T00:00:00Z"},
              {"index":7,"type":"BLOB","data":{"format":"base64","value":"AP8="},"ttl":60,"references":[{"handle":"88.300.1/X","index":2}]},
              {"index":9,"type":"HS_SECKEY","data":"nobody-at-all"}]
            """
        );

    [Test]
    public async Task Record_ForEachRole_IsThatOfRest([Values] Role role)
    {
        using var client = new RawGrpc(Server.GrpcEndPoint);
        var key = role == Role.Anonymous ? null : Server.KeyOf(role);

        var json = (await Server.GetAsync("/api/v1/identifiers/" + _id, role)).Json;
        var record = await client.CallAsync(
            "idresolution.v1.Resolver/Resolve",
            new V1.ResolveRequest { Identifier = _id },
            V1.Record.Parser,
            key
        );

        Assert.That(
            JsonSerializer.SerializeToElement(AsRest(record)),
            Is.EqualTo(json).Using<JsonElement>(JsonElement.DeepEquals),
            record.ToString()
        );
    }

    [Test]
    public async Task Register_ValueThatExpires_IsTakenUpTo2106AndWithoutTtl()
    {
        using var client = new RawGrpc(Server.GrpcEndPoint);
        var request = new V1.RegisterRequest
        {
            Identifier = Server.NewId(),
            Values =
            {
                new V1.Value
                {
                    Index = 1,
                    Type = "DUE",
                    Data = ByteString.CopyFromUtf8("x"),
                },
            },
        };
        var value = request.Values[0];

        value.Expires = new Timestamp { Seconds = uint.MaxValue };
        Assert.That(await RegisterAsync(), Is.EqualTo("0"));
        Assert.That(
            (await Server.GetAsync($"/api/v1/identifiers/{request.Identifier}")).Text,
            Does.Contain("\"expires\":\"2106-02-07T06:28:15.000000Z\"").And.Not.Contain("ttl")
        );

        value.Expires.Seconds++;
        Assert.That(await RegisterAsync(), Is.EqualTo("3"), "INVALID_ARGUMENT");
        (value.Expires.Seconds, value.Ttl) = (2_208_988_800, 60);
        Assert.That(await RegisterAsync(), Is.EqualTo("3"), "INVALID_ARGUMENT");

        async Task<string?> RegisterAsync()
        {
            using var answer = await client.SendAsync(
                "idresolution.v1.Registry/Register",
                request,
                Server.KeyOf(Role.Registrar)
            );
            return RawGrpc.StatusOf(answer);
        }
    }

    private static Dictionary<string, object?> AsRest(V1.Record record)
    {
        var shown = new Dictionary<string, object?>
        {
            ["identifier"] = record.Identifier,
            ["template"] = record.Template,
            ["templateVersion"] = record.TemplateVersion,
            ["version"] = record.Version,
            ["status"] = record.Status.ToString().ToLowerInvariant(),
            ["attributes"] = record.Attributes.Fields.ToDictionary(field => field.Key, field => Plain(field.Value)),
            ["values"] = record.Values.Select(AsRest),
            ["createdAt"] = Time(record.CreatedAt),
            ["updatedAt"] = Time(record.UpdatedAt),
        };
        if (record.HasSource)
        {
            shown["source"] = record.Source;
        }
        if (record.HasSourceKey)
        {
            shown["sourceKey"] = record.SourceKey;
        }
        return shown;
    }

    private static Dictionary<string, object?> AsRest(V1.Value value)
    {
        var isText = value.Data.Span.IndexOf((byte)0) < 0;
        var shown = new Dictionary<string, object?>
        {
            ["index"] = value.Index,
            ["type"] = value.Type,
            ["data"] = new
            {
                format = isText ? "string" : "base64",
                value = isText ? value.Data.ToStringUtf8() : value.Data.ToBase64(),
            },
            ["permissions"] = value.Permissions,
        };
        if (value.HasTtl)
        {
            shown["ttl"] = value.Ttl;
        }
        if (value.Expires is not null)
        {
            shown["expires"] = Time(value.Expires);
        }
        if (value.References.Count > 0)
        {
            shown["references"] = value.References.Select(r => new { handle = r.Handle, index = r.Index });
        }
        return shown;
    }

    private static string Time(Timestamp time) =>
        time.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static object? Plain(GrpcValue value) =>
        value.KindCase switch
        {
            GrpcValue.KindOneofCase.NumberValue => value.NumberValue,
            GrpcValue.KindOneofCase.StringValue => value.StringValue,
            GrpcValue.KindOneofCase.BoolValue => value.BoolValue,
            GrpcValue.KindOneofCase.ListValue => value.ListValue.Values.Select(Plain),
            _ => null,
        };
}
