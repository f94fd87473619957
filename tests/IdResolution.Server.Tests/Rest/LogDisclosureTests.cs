using System.Text;
using System.Text.Json;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Rest;

/// <summary>What others read in the log: a library of SD-JWT, and the program of the document.</summary>
[TestFixture]
public sealed class LogDisclosureTests : NodeFixture
{
    [Test]
    [Category(Lane.Process)]
    public async Task Entry_ReadByALibraryOfSdJwt_DisclosesWhatWasRegistered()
    {
        var id = await Server.RegisterAsync(
            """
            "source":"mes \"7\"","sourceKey":"订单-815",
            "attributes":{"name":"a \"b\" \\ / 电堆😀","cost":12.50,"tags":["膜","a\"b","c\td"],"made":"2026-03-01"},
            "values":[{"index":7,"type":"BLOB","data":{"format":"base64","value":"AAH/"}}]
            """
        );
        var record = (await Server.Node.Store.Records.FindAsync(LookupKey.Of(id), CancellationToken.None)).Record!;
        var change = (await Server.Node.Store.Log.ReadAsync(record.Sequence - 1, 1, CancellationToken.None))[0];
        var body = change.Body.Encode(Commitments.Of(record.State));
        Assert.That(LogBody.Leaf(body), Is.EqualTo(change.Leaf));

        var (code, output, errors) = Tool.Run(
            "node",
            RepositoryFolder.PathOf("tests/IdResolution.Server.Tests/Grpc/Clients/node/disclosures.mjs"),
            Convert.ToHexStringLower(body),
            Convert.ToHexStringLower(record.State)
        );

        Assert.That(code, Is.Zero, errors);
        var claims = JsonDocument
            .Parse(output)
            .RootElement.EnumerateObject()
            .ToDictionary(claim => claim.Name, claim => claim.Value.ToString());
        Assert.That(claims.Keys, Has.Count.EqualTo(new StateReader(record.State).Count));
        Assert.Multiple(() =>
        {
            Assert.That(claims["m:identifier"], Is.EqualTo(id));
            Assert.That(claims["k:mes \"7\""], Is.EqualTo("""["订单-815"]"""));
            Assert.That(claims["a:name"], Is.EqualTo("a \"b\" \\ / 电堆😀"));
            Assert.That(claims["a:cost"], Is.EqualTo("12.5"));
            Assert.That(claims["a:tags"], Is.EqualTo("""["膜","a\"b","c\td"]"""));
            Assert.That(claims["a:made"], Is.EqualTo("2026-03-01"));
            Assert.That(
                claims["v:7"],
                Does.EndWith("AAH_AAAAAA"),
                "the Handle encoding ends in data and no references"
            );
        });
    }

    [Test]
    [Category(Lane.Documents)]
    public void Vectors_OfTheDocument_AreThoseOfAnIndependentProgram()
    {
        var (code, output, errors) = Tool.Run(
            "/usr/bin/python3",
            RepositoryFolder.PathOf("docs/log_format.py"),
            RepositoryFolder.PathOf("docs/log-format.md")
        );

        Assert.That((code, Encoding.UTF8.GetString(output).Trim()), Is.EqualTo((0, "8 vectors, 0 faults")), errors);
    }
}
