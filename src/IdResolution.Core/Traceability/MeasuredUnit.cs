using System.Collections.Frozen;

namespace IdResolution.Core.Traceability;

/// <summary>Units that measure the same thing, by their codes of UN/CEFACT Recommendation 20.</summary>
internal static class MeasuredUnit
{
    // C62 is one piece.
    private const string Piece = "C62";

    private static readonly FrozenDictionary<string, (string Kind, decimal Factor)> s_known = Known(
        (Piece, [("H87", 1), ("EA", 1), ("PR", 2), ("DZN", 12), ("CEN", 100), ("MIL", 1_000)]),
        ("KGM", [("MGM", 0.000001m), ("GRM", 0.001m), ("TNE", 1_000), ("LBR", 0.45359237m), ("ONZ", 0.028349523125m)]),
        (
            "MTR",
            [
                ("4H", 0.000001m),
                ("MMT", 0.001m),
                ("CMT", 0.01m),
                ("DMT", 0.1m),
                ("KMT", 1_000),
                ("INH", 0.0254m),
                ("FOT", 0.3048m),
            ]
        ),
        ("MTK", [("MMK", 0.000001m), ("CMK", 0.0001m), ("DMK", 0.01m)]),
        (
            "LTR",
            [("MLT", 0.001m), ("CLT", 0.01m), ("DLT", 0.1m), ("HLT", 100), ("MTQ", 1_000), ("DMQ", 1), ("CMQ", 0.001m)]
        )
    );

    // As attributes of templates are shown with; events name units by their codes.
    private static readonly FrozenDictionary<string, string> s_symbols = new Dictionary<string, string>
    {
        ["mg"] = "MGM",
        ["g"] = "GRM",
        ["kg"] = "KGM",
        ["t"] = "TNE",
        ["µm"] = "4H",
        ["mm"] = "MMT",
        ["cm"] = "CMT",
        ["dm"] = "DMT",
        ["m"] = "MTR",
        ["km"] = "KMT",
        ["mm²"] = "MMK",
        ["cm²"] = "CMK",
        ["dm²"] = "DMK",
        ["m²"] = "MTK",
        ["ml"] = "MLT",
        ["mL"] = "MLT",
        ["l"] = "LTR",
        ["L"] = "LTR",
        ["m³"] = "MTQ",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The code of an attribute's unit; the unit itself where it is not known, such as a code.</summary>
    public static string? CodeOf(string? unit) => unit is null ? null : s_symbols.GetValueOrDefault(unit, unit);

    /// <summary>
    /// What a unit measures, and how much of that it is. One that is not known measures itself; none is for pieces.
    /// </summary>
    public static (string Kind, decimal Factor) Of(string? unit) =>
        s_known.TryGetValue(string.IsNullOrEmpty(unit) ? Piece : unit, out var known) ? known : (unit!, 1);

    private static FrozenDictionary<string, (string Kind, decimal Factor)> Known(
        params (string Kind, (string Unit, decimal Factor)[] Units)[] kinds
    ) =>
        kinds
            .SelectMany(static kind => kind.Units.Prepend((kind.Kind, 1)), static (kind, one) => (kind.Kind, one))
            .ToFrozenDictionary(static p => p.one.Item1, static p => (p.Kind, p.one.Item2), StringComparer.Ordinal);
}
