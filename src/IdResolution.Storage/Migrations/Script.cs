using System.Globalization;

namespace IdResolution.Storage.Migrations;

/// <summary>A numbered SQL script of one dialect.</summary>
internal sealed record Script : Migration
{
    private Script(int version, string name, string sql)
        : base(version, name, Sum(sql)) => Sql = sql;

    public string Sql { get; }

    public static Script Of(int version, string name, string sql) => new(version, name, sql);

    /// <summary>The scripts of a dialect, in the order of their numbers.</summary>
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
            var file = name[folder.Length..];
            scripts.Add(
                new Script(int.Parse(file.AsSpan(0, 3), CultureInfo.InvariantCulture), file, reader.ReadToEnd())
            );
        }
        return scripts;
    }
}
