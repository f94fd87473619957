using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Handle.Http;

namespace IdResolution.Server.Tests.Handle.Http;

/// <summary>The table of statuses, row by row.</summary>
[TestFixture]
public sealed class HttpStatusesTests
{
    [TestCase(ResponseCode.Success, 200)]
    [TestCase(ResponseCode.Error, 500)]
    [TestCase(ResponseCode.ServerBusy, 503)]
    [TestCase(ResponseCode.ProtocolError, 400)]
    [TestCase(ResponseCode.OperationNotSupported, 501)]
    [TestCase(ResponseCode.RecursionCountTooHigh, 500)]
    [TestCase(ResponseCode.ServerBackup, 503)]
    [TestCase(ResponseCode.HandleNotFound, 404)]
    [TestCase(ResponseCode.HandleExists, 409)]
    [TestCase(ResponseCode.InvalidHandle, 400)]
    [TestCase(ResponseCode.ValuesNotFound, 400)]
    [TestCase(ResponseCode.ValueExists, 409)]
    [TestCase(ResponseCode.InvalidValue, 400)]
    [TestCase(ResponseCode.SiteInfoOutOfDate, 500)]
    [TestCase(ResponseCode.NotResponsible, 400)]
    [TestCase(ResponseCode.ServiceReferral, 300)]
    [TestCase(ResponseCode.PrefixReferral, 300)]
    [TestCase(ResponseCode.InvalidAdministrator, 403)]
    [TestCase(ResponseCode.InsufficientPermissions, 403)]
    [TestCase(ResponseCode.AuthenticationNeeded, 401)]
    [TestCase(ResponseCode.AuthenticationFailed, 403)]
    [TestCase(ResponseCode.InvalidCredential, 403)]
    [TestCase(ResponseCode.AuthenticationTimedOut, 500)]
    [TestCase(ResponseCode.AuthenticationError, 500)]
    [TestCase(ResponseCode.SessionTimeout, 500)]
    public void Of_Code_IsTheStatusOfTheReference(ResponseCode code, int status) =>
        Assert.That(HttpStatuses.Of(code, resolving: false), Is.EqualTo(status));

    [Test]
    public void Of_ValuesNotFoundInAResolution_IsNoError() =>
        Assert.That(HttpStatuses.Of(ResponseCode.ValuesNotFound, resolving: true), Is.EqualTo(200));
}
