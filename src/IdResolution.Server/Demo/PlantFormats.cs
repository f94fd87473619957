namespace IdResolution.Server.Demo;

/// <summary>How the demonstration plant writes what all its data share.</summary>
internal static class PlantFormats
{
    /// <summary>The company that makes everything from ink to systems.</summary>
    public const string Plant = "氢桥科技";

    /// <summary>A day as attributes have it.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd");

    /// <summary>A day as keys and lot numbers have it.</summary>
    public static string KeyDay(DateOnly day) => day.ToString("yyMMdd");

    /// <summary>An inspection result.</summary>
    public static string Result(bool passed) => passed ? "pass" : "fail";
}
