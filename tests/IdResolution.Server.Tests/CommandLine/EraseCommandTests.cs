using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class EraseCommandTests : CommandLineFixture
{
    private const string Secret = "王小明-SECRET-0815";

    private string _id = "";

    [SetUp]
    public async Task MakeRecord()
    {
        await InitAsync();
        await MakeTemplateAsync("human", """
            [{"code":"name","type":"text","searchable":true},{"code":"number","type":"text","unique":true,"required":true},{"code":"shift","type":"text"},{"code":"gone","type":"text"}]
            """);
        var record = await DoAsync("register", "--data", Data, "--template", "human", "--attribute", "name=" + Secret, "--attribute", "number=N-" + Secret, "--attribute", "shift=day", "--attribute", "gone=" + Secret);
        _id = JsonDocument.Parse(record).RootElement.GetProperty("identifier").GetString()!;
    }

    [Test]
    public async Task Erase_Attributes_LeavesNoTraceOfTheValuesInTheDatabase()
    {
        await UpdateAsync(("gone", ""), ("shift", "night"));
        Assert.That(Traces(Secret), Is.Positive, "the test looks where the value is");

        var output = await DoAsync("erase", "--data", Data, _id, "--attribute", "name", "number", "gone", "--yes");

        Assert.That(Traces(Secret), Is.Zero);
        Assert.That(output, Does.Contain("attribute name, attribute number, attribute gone").And.Contain("Backups"));
        Assert.That(JsonDocument.Parse(await DoAsync("resolve", "--data", Data, _id)).RootElement.GetProperty("attributes").GetRawText(), Does.Contain("night").And.Not.Contain("name"));
    }

    [Test]
    public async Task Erase_ValueThatWasUpdatedBefore_LeavesNoTraceOfEither()
    {
        await UpdateAsync(("name", "second " + Secret));
        await UpdateAsync(("name", "third"));

        await DoAsync("erase", "--data", Data, _id, "--attribute", "name", "--attribute", "number", "--attribute", "gone", "--yes");

        Assert.That(Traces(Secret), Is.Zero);
    }

    [Test]
    public async Task Erase_All_LeavesTheIdentifierAlone()
    {
        await DoAsync("erase", "--data", Data, _id, "--all", "--yes");

        var record = JsonDocument.Parse(await DoAsync("resolve", "--data", Data, _id)).RootElement;
        Assert.That(record.GetProperty("attributes").EnumerateObject(), Is.Empty);
        Assert.That(record.GetProperty("identifier").GetString(), Is.EqualTo(_id));
        Assert.That(Traces(Secret), Is.Zero);
        Assert.That(await DoAsync("erase", "--data", Data, _id, "--all", "--yes"), Does.Contain("nothing to do"));
    }

    [Test]
    public async Task Erase_Tombstone_IsErasedAndStaysOne()
    {
        using (var node = await OpenAsync())
        {
            await node.Editor.RevokeAsync(Identifier.Parse(_id).Value, null, Caller.CommandLine, default);
        }

        await DoAsync("erase", "--data", Data, _id, "--all", "--yes");

        Assert.That(Traces(Secret), Is.Zero);
        Assert.That((await RunAsync("resolve", "--data", Data, _id)).Error, Does.Contain("revoked"));
    }

    [Test]
    public async Task Erase_NobodyToAsk_NeedsYes()
    {
        var ran = await RunAsync("erase", "--data", Data, _id, "--all");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("--yes"));
        Assert.That(Traces(Secret), Is.Positive);
    }

    [TestCase("--attribute colour", 2, "attribute colour")]
    [TestCase("--value 7", 2, "value 7")]
    [TestCase("", 2, "--attribute CODE")]
    [TestCase("--all --attribute name", 2, "--all alone")]
    public async Task Erase_Wrong_NamesIt(string arguments, int code, string expected)
    {
        var ran = await RunAsync(["erase", "--data", Data, _id, "--yes", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.That(ran.Code, Is.EqualTo(code));
        Assert.That(ran.Error, Does.Contain(expected));
        Assert.That(Traces(Secret), Is.Positive);
    }

    [Test]
    public async Task Erase_UnknownIdentifier_IsRefused()
    {
        var ran = await RunAsync("erase", "--data", Data, "88.300.1/none", "--all", "--yes");

        Assert.That((ran.Code, ran.Error.Trim()), Is.EqualTo((1, "identifier: 88.300.1/none is not registered.")));
    }

    private async Task UpdateAsync(params (string Code, string Value)[] values)
    {
        using var node = await OpenAsync();
        var patch = new RecordPatch { Attributes = [.. values.Select(v => KeyValuePair.Create(v.Code, InputValue.OfText(v.Value)))] };
        Assert.That((await node.Editor.UpdateAsync(Identifier.Parse(_id).Value, patch, null, Caller.CommandLine, default)).IsOk);
    }

    private int Traces(string value)
    {
        var needle = Encoding.UTF8.GetBytes(value);
        return Directory.GetFiles(Data, "idnode.db*").Count(file => File.ReadAllBytes(file).AsSpan().IndexOf(needle) >= 0);
    }
}
