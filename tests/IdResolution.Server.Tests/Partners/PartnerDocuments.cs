using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Partners;

/// <summary>Makes partners with keys and grants in a node.</summary>
internal static class PartnerDocuments
{
    /// <summary>Makes a partner with its grants. Returns the text of a key that is tied to it.</summary>
    public static async Task<string> PartnerAsync(
        this TestNode server,
        string code,
        IReadOnlyList<Grant> grants,
        params string[] groups
    )
    {
        var editor = server.Services.GetRequiredService<DocumentEditor>();
        var (key, text) = (
            await server.Node.Keys.CreateAsync(new NewKey(Role.Partner), Caller.CommandLine, CancellationToken.None)
        ).Value;
        await WriteAsync(
            editor,
            current =>
                [
                    editor.Write(
                        current,
                        LogKind.Configuration,
                        Partner.CodePrefix + code,
                        new Partner { Code = code, Groups = groups },
                        CatalogJson.Default.Partner,
                        Caller.CommandLine
                    ),
                    editor.Write(
                        current,
                        LogKind.Key,
                        key.Id,
                        key with
                        {
                            Partner = code,
                        },
                        CatalogJson.Default.ApiKey,
                        Caller.CommandLine
                    ),
                ]
        );
        foreach (var grant in grants)
        {
            await server.GrantAsync(grant);
        }
        return text;
    }

    /// <summary>Writes a grant, also over the one of its id.</summary>
    public static Task GrantAsync(this TestNode server, Grant grant)
    {
        var editor = server.Services.GetRequiredService<DocumentEditor>();
        return WriteAsync(
            editor,
            current =>
                [editor.Write(current, LogKind.Grant, grant.Id, grant, CatalogJson.Default.Grant, Caller.CommandLine)]
        );
    }

    private static async Task WriteAsync(DocumentEditor editor, Func<NodeCatalog, DocumentWrite[]> writes)
    {
        var written = await editor.EditAsync<bool>(
            Caller.CommandLine,
            "test.write",
            "test",
            current => (writes(current), true),
            CancellationToken.None
        );
        Assert.That(written.IsOk, written.Error?.Message.En);
    }
}
