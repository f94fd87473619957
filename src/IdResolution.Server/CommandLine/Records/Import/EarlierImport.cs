using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Primitives;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>Finds out whether an import goes on where an earlier one stopped.</summary>
internal static class EarlierImport
{
    /// <summary>
    /// The state of an earlier import of the file, if it still fits, or else a new one; and a message that says where
    /// the import begins.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="files">The file, and those beside it.</param>
    /// <param name="digest">The digest of the whole file.</param>
    /// <param name="mapping">Everything that the meaning of its rows depends on.</param>
    /// <param name="restart">True to begin at the first row in any case.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<(CsvImportState State, Text Begun)> FindAsync(
        NodeContainer node,
        ImportFiles files,
        string digest,
        string mapping,
        bool restart,
        CancellationToken cancellationToken
    )
    {
        mapping = $"{node.Get<DataDirectory>().Path}\n{mapping}";
        var fresh = new CsvImportState
        {
            File = digest,
            Mapping = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mapping))),
        };
        var isThere = File.Exists(files.Progress);
        var earlier = CsvImportState.Find(files.Progress, node.Get<Core.Primitives.NodeSecrets>());
        if (!isThere || restart)
        {
            return (fresh, new($"Importing {files.Path} from its first row.", $"从第一行开始导入 {files.Path}。"));
        }
        if (earlier is null || earlier.File != fresh.File || earlier.Mapping != fresh.Mapping)
        {
            return (
                fresh,
                new(
                    $"{files.Progress} is not of an earlier import of this file by this node, with this mapping and "
                        + "data directory: starting over. Rows done are recognised.",
                    $"{files.Progress} 不是本节点以相同的列的对应关系和数据目录对该文件的导入所写：重新开始，已导入的行能够识别。"
                )
            );
        }
        if (await LossAsync(node, files, earlier, cancellationToken) is { } why)
        {
            return (fresh, why);
        }
        return (
            earlier,
            new(
                $"Going on with {files.Path} after row {earlier.Rows}, where an earlier import stopped.",
                $"从此前停止的第 {earlier.Rows} 行之后继续导入 {files.Path}。"
            )
        );
    }

    /// <summary>What is gone of an earlier import, so that it cannot go on; null for nothing.</summary>
    private static async Task<Text?> LossAsync(
        NodeContainer node,
        ImportFiles files,
        CsvImportState earlier,
        CancellationToken cancellationToken
    )
    {
        if (await node.Get<NodeStore>().Log.HeadAsync(cancellationToken) < earlier.Head)
        {
            return new(
                $"The database is older than the earlier import of {files.Path}: starting over.",
                $"数据库早于此前对 {files.Path} 的导入：重新开始。"
            );
        }
        return earlier.BadRowsLength > 0 && !VerbFile.CanGoOn(files.Bad, earlier.BadRowsLength)
            ? new Text(
                $"{files.Bad} of the earlier import is gone: starting over. Rows done are recognised.",
                $"此前导入的 {files.Bad} 已不存在：重新开始，已导入的行能够识别。"
            )
            : null;
    }
}
