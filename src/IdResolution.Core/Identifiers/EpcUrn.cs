using System.Buffers;

namespace IdResolution.Core.Identifiers;

/// <summary>Reads GS1 keys from the URNs of EPCs (GS1 EPC Tag Data Standard, sections 6 and 8).</summary>
internal static class EpcUrn
{
    private const string Start = "urn:epc:";

    private static readonly SearchValues<char> s_plain = SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz:.-_*"
    );

    /// <summary>True for a text that begins as such a URN.</summary>
    public static bool IsMeant(string text) => text.StartsWith(Start, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// True for one of nothing but letters, digits and a few marks, as nearly all are. It means what it says: a scanner
    /// or a keyboard put nothing into it, and it holds no slash, and so no identifier.
    /// </summary>
    public static bool IsPlain(string text) => IsMeant(text) && !text.AsSpan().ContainsAnyExcept(s_plain);

    /// <summary>The key that a URN says, as <see cref="Gs1Key"/> writes it; null if it says none.</summary>
    public static string? Gs1KeyOf(string text)
    {
        if (!IsMeant(text) || text[Start.Length..].Split(':') is not [var kind, var scheme, var value])
        {
            return null;
        }
        var elements = ElementsOf(kind, scheme, value);
        return elements.Count > 0 && elements.TrueForAll(static e => Gs1Key.IsValid(e) && !e.Value.Any(char.IsControl))
            ? Gs1Key.Of(elements)[0]
            : null;
    }

    private static List<Gs1Element> ElementsOf(string kind, string scheme, string value)
    {
        var name = $"{kind}:{scheme}";
        // The last field may have dots.
        var fields = value.Split('.', HasSerial(name) ? 3 : 2);
        if (fields.Length != (HasSerial(name) ? 3 : 2) || !IsNumber(fields[0]))
        {
            return [];
        }
        var (company, reference) = (fields[0], Uri.UnescapeDataString(fields[1]));
        var serial = fields.Length > 2 ? Uri.UnescapeDataString(fields[2]) : "";
        return name switch
        {
            "id:sgtin" => [new("01", Indicated(company, reference, 13)), new("21", serial)],
            "class:lgtin" => [new("01", Indicated(company, reference, 13)), new("10", serial)],
            "idpat:sgtin" when serial == "*" => [new("01", Indicated(company, reference, 13))],
            "id:sscc" => [new("00", Indicated(company, reference, 17))],
            "id:sgln" when serial == "0" => [new("414", Checked(company + reference, 12))],
            "id:sgln" => [new("414", Checked(company + reference, 12)), new("254", serial)],
            "id:pgln" => [new("417", Checked(company + reference, 12))],
            "id:grai" => [new("8003", Whole("0", Checked(company + reference, 12), serial))],
            "idpat:grai" when serial == "*" => [new("8003", Whole("0", Checked(company + reference, 12), ""))],
            "id:gdti" => [new("253", Whole("", Checked(company + reference, 12), serial))],
            "id:gsrn" => [new("8018", Checked(company + reference, 17))],
            "id:gsrnp" => [new("8017", Checked(company + reference, 17))],
            "id:giai" => [new("8004", company + reference)],
            "id:cpi" => [new("8010", company + reference), new("8011", serial)],
            _ => [],
        };
    }

    private static bool HasSerial(string name) =>
        name
            is "id:sgtin"
                or "class:lgtin"
                or "idpat:sgtin"
                or "id:sgln"
                or "id:grai"
                or "idpat:grai"
                or "id:gdti"
                or "id:cpi";

    /// <summary>
    /// A number whose first digit stands before the company in GS1's form, and after it in that of EPCs.
    /// </summary>
    private static string Indicated(string company, string reference, int length) =>
        reference.Length == 0 ? "" : Checked(reference[..1] + company + reference[1..], length);

    /// <summary>The number with its check digit; empty if it is none of this length.</summary>
    private static string Checked(string digits, int length) =>
        digits.Length == length && IsNumber(digits) ? digits + Gs1Key.CheckDigit(digits) : "";

    private static string Whole(string before, string number, string serial) =>
        number.Length == 0 ? "" : before + number + serial;

    private static bool IsNumber(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9');
}
