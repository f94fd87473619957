using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary><c>idresolution.v1.Partners</c>: other companies, and what they are shown.</summary>
[BindServiceMethod(typeof(PartnersService), nameof(Bind))]
internal sealed class PartnersService(
    PartnerEditor partners,
    GrantEditor grants,
    PartnerReader reader,
    TimeProvider time
) : V1.Partners.PartnersBase
{
    private const int UsualPage = 100;

    public static void Bind(ServiceBinderBase binder, V1.Partners.PartnersBase? service) =>
        V1.Partners.BindService(new CheckedBinder(binder), service);

    [RoleNeeded(Role.Admin)]
    public override async Task<V1.Partner> SavePartner(V1.SavePartnerRequest request, ServerCallContext context)
    {
        var partner = request.Partner ?? throw GrpcErrors.ToException(MessageReader.Missing("partner"), context);
        var saved = await partners.SaveAsync(
            PartnerMessages.FromMessage(partner),
            context.GetHttpContext().Caller(),
            context.CancellationToken
        );
        return PartnerMessages.ToMessage(saved.OrThrow(context).Partner);
    }

    [RoleNeeded(Role.Partner)]
    public override Task<V1.ListPartnersResponse> ListPartners(
        V1.ListPartnersRequest request,
        ServerCallContext context
    )
    {
        var limit = Limit(request.HasLimit, request.Limit, PartnerReader.MaxPartners, context);
        var after = request.HasAfter ? request.After : null;
        var page = reader.Partners(after, limit, context.GetHttpContext().Caller()).OrThrow(context);
        var response = new V1.ListPartnersResponse();
        response.Items.AddRange(page.Select(PartnerMessages.ToMessage));
        EventMessages.Set(page.Length == limit ? page[^1].Code : null, next => response.Next = next);
        return Task.FromResult(response);
    }

    [RoleNeeded(Role.Admin)]
    public override async Task<V1.Grant> CreateGrant(V1.CreateGrantRequest request, ServerCallContext context)
    {
        var faults = new Faults();
        var (from, until) = (
            TraceStream.Time(request.From, "from", faults),
            TraceStream.Time(request.Until, "until", faults)
        );
        if (request.Fields is null)
        {
            faults.Add(MessageReader.Missing("fields"));
        }
        GrpcErrors.ThrowIfAny(faults, context);
        var wanted = PartnerMessages.FromMessage(request) with
        {
            From = from is { } begins ? Micros.ToTime(begins) : null,
            Until = until is { } ends ? Micros.ToTime(ends) : null,
        };
        var made = await grants.MakeAsync(wanted, context.GetHttpContext().Caller(), context.CancellationToken);
        return PartnerMessages.ToMessage(made.OrThrow(context), time.GetUtcNow());
    }

    [RoleNeeded(Role.Partner)]
    public override Task<V1.ListGrantsResponse> ListGrants(V1.ListGrantsRequest request, ServerCallContext context)
    {
        var limit = Limit(request.HasLimit, request.Limit, PartnerReader.MaxGrants, context);
        var read = reader.Grants(
            request.HasPartner ? request.Partner : null,
            request.HasAfter ? request.After : null,
            limit,
            context.GetHttpContext().Caller()
        );
        var page = read.OrThrow(context);
        var response = new V1.ListGrantsResponse();
        response.Items.AddRange(page.Select(grant => PartnerMessages.ToMessage(grant, time.GetUtcNow())));
        EventMessages.Set(page.Length == limit ? page[^1].Id : null, next => response.Next = next);
        return Task.FromResult(response);
    }

    [RoleNeeded(Role.Admin)]
    public override async Task<V1.Grant> EndGrant(V1.EndGrantRequest request, ServerCallContext context)
    {
        var ended = await grants.EndAsync(request.Id, context.GetHttpContext().Caller(), context.CancellationToken);
        return PartnerMessages.ToMessage(ended.OrThrow(context), time.GetUtcNow());
    }

    private static int Limit(bool isGiven, int limit, int most, ServerCallContext context)
    {
        var faults = new Faults();
        if (isGiven && (limit < 1 || limit > most))
        {
            faults.Add("limit", $"must be 1 to {most}", $"应为 1 至 {most}");
        }
        GrpcErrors.ThrowIfAny(faults, context);
        return isGiven ? limit : UsualPage;
    }
}
