using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using IdResolution.Core.Access;
using IdResolution.Server.Grpc;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>
/// Which role gets how far with every method of gRPC, and that the same thing needs the same role over REST.
/// </summary>
[TestFixture]
public sealed class GrpcRoleMatrixTests : NodeFixture
{
    /// <summary>The least role of each method, and the call of REST that does the same, where there is one.</summary>
    internal static readonly Dictionary<string, (Role Needed, string? Twin)> Methods = new()
    {
        ["Registry/Register"] = (Role.Registrar, "POST /api/v1/identifiers"),
        ["Registry/RegisterBatch"] = (Role.Registrar, "POST /api/v1/identifiers:batch"),
        ["Registry/RegisterMany"] = (Role.Registrar, "POST /api/v1/identifiers:batch"),
        ["Registry/RegisterStream"] = (Role.Registrar, "POST /api/v1/identifiers:batch"),
        ["Registry/Update"] = (Role.Registrar, "PATCH /api/v1/identifiers/{id}"),
        ["Registry/Revoke"] = (Role.Registrar, "DELETE /api/v1/identifiers/{id}"),
        ["Registry/AddKey"] = (Role.Registrar, "POST /api/v1/business-keys/{id}"),
        ["Registry/RemoveKey"] = (Role.Registrar, "DELETE /api/v1/business-keys/{id}"),
        ["Registry/ListTemplates"] = (Role.Partner, "GET /api/v1/templates"),
        ["Registry/GetTemplate"] = (Role.Partner, "GET /api/v1/templates/{code}"),
        ["Registry/SaveTemplate"] = (Role.Admin, "POST /api/v1/templates"),
        ["Registry/PublishTemplate"] = (Role.Admin, "POST /api/v1/templates/{code}/publish"),
        ["Registry/WithdrawTemplate"] = (Role.Admin, "POST /api/v1/templates/{code}/withdraw"),
        ["Registry/CopyTemplate"] = (Role.Admin, "POST /api/v1/templates/{code}/copy"),
        ["Resolver/Resolve"] = (Role.Anonymous, "GET /api/v1/identifiers/{id}"),
        ["Resolver/ResolveBatch"] = (Role.Anonymous, "GET /api/v1/identifiers/{id}"),
        // REST has it on the call that resolves, which needs the role where a key is given.
        ["Resolver/FindByKey"] = (Role.Reader, null),
        ["Resolver/Scan"] = (Role.Anonymous, "POST /api/v1/scan"),
        ["Resolver/Watch"] = (Role.Partner, "GET /api/v1/changes"),
        ["Labels/RenderQr"] = (Role.Anonymous, "GET /api/v1/qr/{id}"),
        ["Labels/RenderZpl"] = (Role.Anonymous, "GET /api/v1/labels/{id}"),
        ["Labels/RenderSheet"] = (Role.Anonymous, "POST /api/v1/labels/sheet"),
        // REST has it on the calls for everyone, which need the role where an order is given.
        ["Labels/RenderOrder"] = (Role.Reader, null),
        ["Traceability/Record"] = (Role.Registrar, "POST /api/v1/events"),
        ["Traceability/RecordBatch"] = (Role.Registrar, "POST /api/v1/events:batch"),
        ["Traceability/RecordStream"] = (Role.Registrar, "POST /api/v1/events:batch"),
        ["Traceability/Link"] = (Role.Registrar, "POST /api/v1/links"),
        ["Traceability/LinkBatch"] = (Role.Registrar, "POST /api/v1/links:batch"),
        // REST has it on the call for everyone, which needs the role where an intent is given.
        ["Traceability/Scan"] = (Role.Reader, null),
        ["Traceability/GetEvent"] = (Role.Reader, "GET /api/v1/events/{id}"),
        ["Traceability/ListEvents"] = (Role.Reader, "GET /api/v1/events"),
        ["Traceability/GetStatus"] = (Role.Reader, "GET /api/v1/status/{id}"),
        ["Traceability/CheckCompleteness"] = (Role.Reader, "GET /api/v1/completeness"),
        ["Traceability/CountQuality"] = (Role.Reader, "GET /api/v1/quality"),
        ["Traceability/Trace"] = (Role.Reader, "GET /api/v1/trace/{id}"),
        ["Traceability/RollUp"] = (Role.Reader, "POST /api/v1/trace:rollup"),
        ["Traceability/FindAffected"] = (Role.Reader, "POST /api/v1/affected"),
        ["Traceability/FindCommon"] = (Role.Reader, "POST /api/v1/trace:common"),
        ["Warehouse/ListStock"] = (Role.Reader, "GET /api/v1/stock"),
        ["Warehouse/CountStock"] = (Role.Reader, "POST /api/v1/stock:count"),
        ["Warehouse/GetFulfilment"] = (Role.Reader, "GET /api/v1/fulfilment/{id}"),
        // Role partner where the key is tied to a partner, which the keys of this table are not.
        ["Partners/ListPartners"] = (Role.Reader, "GET /api/v1/partners"),
        ["Partners/SavePartner"] = (Role.Admin, "POST /api/v1/partners"),
        ["Partners/ListGrants"] = (Role.Reader, "GET /api/v1/grants"),
        ["Partners/CreateGrant"] = (Role.Admin, "POST /api/v1/grants"),
        ["Partners/EndGrant"] = (Role.Admin, "DELETE /api/v1/grants/{id}"),
        ["Equipment/GetLife"] = (Role.Reader, "GET /api/v1/life/{id}"),
        ["Equipment/ListCalibration"] = (Role.Reader, "GET /api/v1/calibration"),
        ["Equipment/ListMade"] = (Role.Reader, "GET /api/v1/made"),
    };

    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(static b => b, static b => b);

    private static IEnumerable<MethodDescriptor> Described => GrpcApi.Own.SelectMany(s => s.Methods);

    [Test]
    public void EveryMethod_NeedsTheRoleThatRestNeedsForTheSame()
    {
        Assert.That(
            Methods.Keys,
            Is.EquivalentTo(Described.Select(NameOf)),
            "The table names every method and no other."
        );
        Assert.That(
            Methods
                .Where(m => m.Value.Twin is { } twin && RoleMatrixTests.Calls[twin].Needed != m.Value.Needed)
                .Select(m => m.Key),
            Is.Empty
        );
    }

    [Test]
    public async Task EveryMethod_EveryRole_GetsAsFarAsItMay()
    {
        using var channel = GrpcChannel.ForAddress($"http://{Server.GrpcEndPoint}");
        var wrong = new List<string>();
        foreach (var method in Described)
        {
            foreach (var role in Enum.GetValues<Role>())
            {
                var status = await StatusAsync(channel.CreateCallInvoker(), method, role);
                var isRefused = status is StatusCode.Unauthenticated or StatusCode.PermissionDenied;
                var refusal = role == Role.Anonymous ? StatusCode.Unauthenticated : StatusCode.PermissionDenied;
                if (new Caller(role, 0, "").Is(Methods[NameOf(method)].Needed) ? isRefused : status != refusal)
                {
                    wrong.Add($"{NameOf(method)} as {role}: {status}");
                }
            }
        }
        Assert.That(wrong, Is.Empty);
    }

    /// <summary>What an empty message comes to: whoever may make the call is told what is missing in it.</summary>
    private async Task<StatusCode> StatusAsync(CallInvoker invoker, MethodDescriptor method, Role role)
    {
        var headers = new Metadata();
        if (role != Role.Anonymous)
        {
            headers.Add("authorization", $"Bearer {Server.KeyOf(role)}");
        }
        using var end = new CancellationTokenSource();
        var options = new CallOptions(headers, cancellationToken: end.Token);
        var described = new Method<byte[], byte[]>(
            MethodType.DuplexStreaming,
            method.Service.FullName,
            method.Name,
            s_bytes,
            s_bytes
        );
        using var call = invoker.AsyncDuplexStreamingCall(described, null, options);
        try
        {
            await call.RequestStream.WriteAsync([], end.Token);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The call is over already, which its status tells.
        }
        try
        {
            // A stream that is answered is one that was let through.
            return await call.ResponseStream.MoveNext(end.Token) ? StatusCode.OK : call.GetStatus().StatusCode;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
        finally
        {
            await end.CancelAsync();
        }
    }

    private static string NameOf(MethodDescriptor method) => $"{method.Service.Name}/{method.Name}";
}
