using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Migrations;

/// <summary>A numbered script of one dialect.</summary>
internal sealed record Script(int Version, string Name, string Sql, string Checksum)
{
    /// <summary>The scripts of a dialect in order.</summary>
    public static List<Script> All(string dialect)
    {
        var folder = $"IdResolution.Storage.Migrations.{dialect}.";
        var assembly = typeof(Script).Assembly;
        var scripts = new List<Script>();
        foreach (
            var name in assembly
                .GetManifestResourceNames()
                .Where(n => n.StartsWith(folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var sql = reader.ReadToEnd();
            var file = name[folder.Length..];
            scripts.Add(
                new Script(
                    int.Parse(file.AsSpan(0, 3), CultureInfo.InvariantCulture),
                    file,
                    sql,
                    Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)))
                )
            );
        }
        return scripts;
    }

    /// <summary>True where every script was applied; refuses what this node must not touch.</summary>
    /// <exception cref="DatabaseUnusableException">
    /// The database is newer than this node, or not of its making.
    /// </exception>
    public static bool AreApplied(IReadOnlyList<Script> scripts, IReadOnlyList<AppliedScript> applied)
    {
        if (applied.Count > scripts.Count)
        {
            throw new DatabaseUnusableException(
                $"The database has schema version {applied[^1].Version}, newer than this node's {scripts.Count}. "
                    + "Use the newer idnode, or restore a backup made with this version."
            );
        }
        for (var i = 0; i < applied.Count; i++)
        {
            if (applied[i].Checksum != scripts[i].Checksum)
            {
                throw new DatabaseUnusableException(
                    $"Schema version {applied[i].Version} of the database is not the one this node knows. Use the "
                        + "idnode that made it, or restore a backup."
                );
            }
        }
        return applied.Count == scripts.Count;
    }
}
