using FsCheck;
using FsCheck.Fluent;

namespace IdResolution.Server.Tests.Hosting;

/// <summary>Header values for property tests: pieces of real ones in any order, with any characters between.</summary>
internal static class Headers
{
    private static readonly string[] Pieces =
    [
        "zh",
        "-CN",
        "en",
        "*",
        "*/*",
        "text/",
        "html",
        "application/json",
        ",",
        ";",
        "=",
        "q=",
        ";q=0.",
        "1",
        "0",
        ".",
        "9999999999",
        "\"",
        "\\",
        " ",
        "\t",
        "/",
        "-",
    ];

    public static Arbitrary<string> Any { get; } =
        Gen.OneOf(Gen.Elements(Pieces), Gen.Choose(0, 0xFFFF).Select(c => ((char)c).ToString()))
            .ListOf()
            .Select(string.Concat)
            .ToArbitrary();
}
