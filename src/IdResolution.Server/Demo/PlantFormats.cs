using System.Security.Cryptography;
using System.Text;

namespace IdResolution.Server.Demo;

/// <summary>Texts and formats that all data of the demonstration plant share.</summary>
internal static class PlantFormats
{
    /// <summary>The company that makes everything, from ink to systems.</summary>
    public const string Plant = "氢桥科技";

    /// <summary>The form of a day in attributes.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd");

    /// <summary>The form of a day in keys and lot numbers.</summary>
    public static string KeyDay(DateOnly day) => day.ToString("yyMMdd");

    /// <summary>Attribute values by code.</summary>
    public static Dictionary<string, object> Values(params (string Code, object Value)[] values) =>
        values.ToDictionary(value => value.Code, value => value.Value);

    /// <summary>The digest of a made-up file, by its name.</summary>
    public static string DigestOf(string file) =>
        "sha-256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file)));

    public static string Result(bool passed) => passed ? "pass" : "fail";
}
