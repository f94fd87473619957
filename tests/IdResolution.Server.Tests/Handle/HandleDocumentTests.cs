using System.Text.RegularExpressions;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Handle;

/// <summary>
/// Runs the program of <c>docs/handle.md</c> as it says, and holds its table of codes to those there are.
/// </summary>
[TestFixture]
internal sealed partial class HandleDocumentTests : HandleFixture
{
    private static readonly string s_document = RepositoryFolder.Read("docs", "handle.md");

    [Test]
    [Category(Lane.Documents)]
    public async Task Python_Program_Runs()
    {
        var output = await DocumentProgram.RunAsync(
            s_document,
            "python",
            script => script.Replace("127.0.0.1:2641", Node.HandleEndPoint.ToString(), StringComparison.Ordinal),
            ("handle_admin", Admin.ToString()),
            ("handle_secret", Secret)
        );

        Assert.That(
            output,
            Is.EqualTo(
                """
                create 1
                again 101
                resolve ['1 URL https://example.cn/1', '2 EMAIL a@example.cn']
                modify 1
                add 1
                remove 1
                resolve ['1 URL https://example.cn/2', '3 DESC a roll of membrane']
                delete 1
                resolve 100

                """
            )
        );
    }

    [Test]
    public void TableOfCodes_HasEachErrorWithItsCode()
    {
        var told = Row()
            .Matches(s_document)
            .SelectMany(row =>
                Code().Matches(row.Groups[2].Value).Select(m => (m.Groups[1].Value, int.Parse(row.Groups[1].Value)))
            );
        var there = Enum.GetValues<ErrorCode>().Select(code => (code.ToString(), (int)ErrorMap.HandleCode(code)));
        Assert.That(told, Is.EquivalentTo(there));
    }

    [GeneratedRegex(@"^\| (\d+) \| ((?:`\w+`(?:, )?)+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex Code();
}
