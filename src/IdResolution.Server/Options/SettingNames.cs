using System.Reflection;
using System.Text.RegularExpressions;
using IdResolution.Core.Primitives;
using Microsoft.Extensions.Configuration.Json;

namespace IdResolution.Server.Options;

/// <summary>Finds names that are no settings, so that a mistyped one is not ignored.</summary>
internal static partial class SettingNames
{
    // Sections that the framework reads, and the name by which editors find a schema.
    private static readonly string[] s_foreign = ["AllowedHosts", "Kestrel", "Logging", "Urls", "$schema"];

    private static readonly string[] s_known = [.. Of(typeof(NodeOptions), "")];

    // Those with names of the operator's below them.
    private static readonly string[] s_tables =
    [
        nameof(NodeOptions.Upstream) + ":" + nameof(UpstreamOptions.Templates),
    ];

    /// <summary>Says of each name in the files of a configuration that it is no setting.</summary>
    public static IEnumerable<Text> FaultsInFiles(IConfiguration configuration) =>
        FilesOf(configuration)
            .SelectMany(file => NamesIn(file, null).Select(name => (name, file)))
            .Where(found => !IsKnown(found.name, found.file.TryGet(found.name, out var value) ? value : null))
            .Select(found =>
                Nearest(
                    new($"{found.name} in {found.file.Source.Path}", $"{found.file.Source.Path} 中的 {found.name}"),
                    found.name
                )
            );

    /// <summary>Says of each setting of the environment (<c>IDR__…</c>) that it is none.</summary>
    public static IEnumerable<Text> FaultsIn(IEnumerable<KeyValuePair<string, string?>> environment) =>
        environment
            .Where(variable => !IsKnown(variable.Key, variable.Value))
            .Select(variable =>
                Nearest(Text.Foreign("IDR__" + Variable(variable.Key)), variable.Key, Variable, "IDR__")
            );

    /// <summary>The files of a configuration, also where it is part of another one, as in the host.</summary>
    private static IEnumerable<JsonConfigurationProvider> FilesOf(IConfiguration configuration) =>
        configuration is IConfigurationRoot root
            ? root.Providers.SelectMany(provider =>
                provider switch
                {
                    JsonConfigurationProvider file => [file],
                    ChainedConfigurationProvider chained => FilesOf(chained.Configuration),
                    _ => [],
                }
            )
            : [];

    private static IEnumerable<string> Of(Type options, string section) =>
        options
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .SelectMany(property =>
                property.PropertyType is { IsClass: true } type && type.Namespace == options.Namespace
                    ? Of(property.PropertyType, $"{section}{property.Name}:")
                    : [section + property.Name]
            );

    private static IEnumerable<string> NamesIn(IConfigurationProvider file, string? section)
    {
        foreach (var key in file.GetChildKeys([], section).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var name = section is null ? key : $"{section}:{key}";
            var inner = NamesIn(file, name).ToList();
            foreach (var found in inner.Count > 0 ? inner : [name])
            {
                yield return found;
            }
        }
    }

    private static bool IsKnown(string name, string? value) =>
        s_foreign.Contains(name.Split(':')[0], StringComparer.OrdinalIgnoreCase)
        || s_known.Contains(ItemOfList().Replace(name, ""), StringComparer.OrdinalIgnoreCase)
        || s_tables.Contains(name[..Math.Max(0, name.LastIndexOf(':'))], StringComparer.OrdinalIgnoreCase)
        // A section without a setting.
        || (string.IsNullOrEmpty(value) && WithinSection(name).Any());

    private static IEnumerable<string> WithinSection(string name) =>
        s_known.Where(known => known.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));

    private static Text Nearest(Text what, string name, Func<string, string>? spell = null, string lead = "")
    {
        var nearest =
            WithinSection(name).FirstOrDefault()
            ?? s_known.MinBy(known => Distance(known.ToUpperInvariant(), name.ToUpperInvariant()))!;
        var spelled = lead + (spell?.Invoke(nearest) ?? nearest);
        return new(
            $"{what.En}: there is no such setting. The nearest is {spelled}.",
            $"{what.Zh}：没有这个配置项，最接近的是 {spelled}。"
        );
    }

    private static string Variable(string name) => name.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>How many letters must be put in, taken out or changed to make one of the other (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        foreach (var letter in a)
        {
            var diagonal = row[0]++;
            for (var i = 1; i < row.Length; i++)
            {
                var changed = diagonal + (letter == b[i - 1] ? 0 : 1);
                diagonal = row[i];
                row[i] = Math.Min(changed, Math.Min(row[i], row[i - 1]) + 1);
            }
        }
        return row[^1];
    }

    [GeneratedRegex(":[0-9]+$")]
    private static partial Regex ItemOfList();
}
