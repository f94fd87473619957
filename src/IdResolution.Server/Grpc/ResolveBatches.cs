using Google.Protobuf;
using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.Server.Options;
using Microsoft.Extensions.Options;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Resolves many identifiers in one call. Each has its own result; one that is given again has the same. Thread-safe.
/// </summary>
internal sealed class ResolveBatches(
    RecordRenderer renderer,
    CatalogHolder catalog,
    IForeignResolver foreign,
    ForeignOptions foreignOptions,
    IOptionsMonitor<LimitOptions> limits,
    TimeProvider time
)
{
    /// <summary>The greatest answer to a caller without a key, in bytes: what clients take by default.</summary>
    public const int AnonymousBytes = 4 << 20;

    /// <summary>Resolves a batch.</summary>
    /// <param name="request">The identifiers.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="context">The call.</param>
    /// <param name="failed">Told of each identifier without a record, once.</param>
    public async Task<BatchAnswer> ResolveAsync(
        V1.ResolveBatchRequest request,
        Caller caller,
        ServerCallContext context,
        Action<string, Error> failed
    )
    {
        var http = context.GetHttpContext();
        var most = limits.CurrentValue.BatchBytes;
        most = caller.IsAnonymous ? Math.Min(most, AnonymousBytes) : most;
        var answer = new BatchAnswer(request.Identifiers.Count);
        var known = new Dictionary<string, (byte[] Bytes, bool IsRecord)>(StringComparer.Ordinal);
        byte[]? full = null;
        var asked = TimeSpan.Zero;
        foreach (var identifier in request.Identifiers)
        {
            if (full is not null)
            {
                // What comes after is not even read.
                answer.AddError(full);
                continue;
            }
            if (!known.TryGetValue(identifier, out var result))
            {
                var began = time.GetTimestamp();
                var parsed = Identifier.Parse(identifier);
                var isForeign = foreign.IsOn && parsed.IsOk && !catalog.Current.IsHomed(parsed.Value);
                // Other nodes are asked one after the other. All of them together may take only as long as one alone.
                var found =
                    isForeign && asked.TotalSeconds >= foreignOptions.TimeoutSeconds
                        ? TooSlow()
                        : await renderer.RenderAsync(parsed, caller, context);
                asked += isForeign ? time.GetElapsedTime(began) : TimeSpan.Zero;
                result = found.IsOk ? (found.Value.Body, true) : (Status(found.Error, http), false);
                known.Add(identifier, result);
                if (!found.IsOk)
                {
                    failed(identifier, found.Error);
                }
            }
            if (!result.IsRecord)
            {
                answer.AddError(result.Bytes);
            }
            else if (answer.LengthWith(result.Bytes) <= most)
            {
                answer.AddRecord(result.Bytes);
            }
            else
            {
                answer.AddError(full = Status(TooLarge(most), http));
            }
        }
        return answer;
    }

    private static byte[] Status(Error error, HttpContext context) => GrpcErrors.ToStatus(error, context).ToByteArray();

    private static Error TooSlow() =>
        Error.Of(
            ErrorCode.Unavailable,
            "Other nodes took too long to answer for this batch; ask again for this one.",
            "本批中其他节点应答耗时过长，请就此标识重新查询。"
        );

    private static Error TooLarge(int most) =>
        Error.Of(
            ErrorCode.TooLarge,
            $"An answer has at most {most} bytes, and what comes before takes them up; ask for this one in another "
                + "call.",
            $"应答最多 {most} 字节，前面的记录已将其用完，请在另一次请求中查询此标识。"
        );
}
