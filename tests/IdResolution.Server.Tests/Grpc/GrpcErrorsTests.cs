using Google.Rpc;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Server.Grpc;
using IdResolution.Server.Http;
using Microsoft.AspNetCore.Http;

namespace IdResolution.Server.Tests.Grpc;

[TestFixture]
public sealed class GrpcErrorsTests
{
    [TestCase("sourceKey", "source_key")]
    [TestCase("identifier", "identifier")]
    [TestCase("values[0]", "values[0]")]
    [TestCase("values[12].permissions", "values[12].permissions")]
    [TestCase("quietZone", "quiet_zone")]
    [TestCase("attributes", "attributes")]
    [TestCase("attributes.name", "attributes.name")]
    [TestCase("attributes.serialNumber", "attributes.serialNumber")]
    [TestCase("attributes.A.B", "attributes.A.B")]
    [TestCase("attributes[2].minLength", "attributes[2].min_length")]
    [TestCase("", "")]
    public void FieldName_OfTheCore_IsThatOfTheMessages(string field, string expected) =>
        Assert.That(GrpcErrors.FieldName(field), Is.EqualTo(expected));

    [TestCaseSource(nameof(Codes))]
    public void Reason_OfEveryCode_IsWrittenAsReasonsAre(ErrorCode code)
    {
        // google.rpc.ErrorInfo: at most 63 characters of this form.
        Assert.That(GrpcErrors.Reason(code), Does.Match("^[A-Z][A-Z0-9_]+[A-Z0-9]$").And.Length.LessThanOrEqualTo(63));
        Assert.That(
            GrpcErrors.Reason(code).Replace("_", "", StringComparison.Ordinal),
            Is.EqualTo(code.ToString()).IgnoreCase
        );
    }

    [Test]
    public void ToStatus_OfAHintForOperators_TellsItToRoleAdminAlone()
    {
        var error = Error.Of(ErrorCode.NotFound, "Not here.", "不在此处。") with
        {
            Hint = new Text("Foreign:Roots decides it.", "由 Foreign:Roots 决定。"),
        };
        var admin = Context("en");
        admin.SetCaller(Caller.Node);

        Assert.That(GrpcErrors.ToStatus(error, Context("en")).Message, Is.EqualTo("Not here."));
        Assert.That(GrpcErrors.ToStatus(error, admin).Message, Is.EqualTo("Not here. Foreign:Roots decides it."));
    }

    [TestCaseSource(nameof(Codes))]
    public void ToStatus_OfEveryCode_HasAReasonAndTheMessage(ErrorCode code)
    {
        var status = GrpcErrors.ToStatus(Error.Of(code, "English", "中文"), Context("zh"));

        Assert.That((status.Code, status.Message), Is.EqualTo(((int)ErrorMap.GrpcStatus(code), "中文")));
        Assert.That(
            status.Details[0].Unpack<ErrorInfo>(),
            Is.EqualTo(new ErrorInfo { Reason = GrpcErrors.Reason(code), Domain = "idresolution" })
        );
        Assert.That(
            status.Details.Any(d => d.Is(RetryInfo.Descriptor)),
            Is.EqualTo(code is ErrorCode.Unavailable or ErrorCode.StorageFull or ErrorCode.StoreRestored)
        );
    }

    [Test]
    public void ToStatus_ManyViolations_StaysWithinWhatClientsTake()
    {
        var errors = Enumerable
            .Range(0, 1_000)
            .Select(i => Error.Of(ErrorCode.InvalidValue, $"attribute {i} is wrong", "错误", $"attributes.a{i}"))
            .ToList();

        var status = GrpcErrors.ToStatus(Error.Combine(errors), Context("en"));

        // Base64 in a header; 8 KiB is the least that clients are known to take.
        Assert.That(status.CalculateSize(), Is.InRange(3_000, 6_000));
        Assert.That(
            status.Details.Single(d => d.Is(BadRequest.Descriptor)).Unpack<BadRequest>().FieldViolations,
            Has.Count.GreaterThan(20)
        );
    }

    [Test]
    public void ToStatus_OneLongMessage_StaysWithinWhatClientsTake()
    {
        var status = GrpcErrors.ToStatus(
            Error.Of(ErrorCode.InvalidValue, new string('x', 1_000), "错误", "template"),
            Context("en")
        );

        Assert.That(status.CalculateSize(), Is.LessThan(6_000));
    }

    private static ErrorCode[] Codes() => Enum.GetValues<ErrorCode>();

    private static DefaultHttpContext Context(string language)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.AcceptLanguage = language;
        return context;
    }
}
