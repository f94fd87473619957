using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace IdResolution.Server.Handle.Http;

/// <summary>The parameters of a request, of its query and, where its body is one, of its form.</summary>
internal sealed class HttpParameters(IQueryCollection query, IFormCollection? form)
{
    /// <summary>All values of a parameter.</summary>
    public StringValues this[string name] =>
        form is not null && form.TryGetValue(name, out var values)
            ? StringValues.Concat(query[name], values)
            : query[name];

    /// <summary>The first value of a parameter, or null.</summary>
    public string? Find(string name) => this[name] is { Count: > 0 } values ? values[0] : null;

    /// <summary>True or false; a parameter without value is true.</summary>
    public bool TryFlag(string name, bool absent, out bool flag, out string? problem)
    {
        problem = null;
        switch (Find(name)?.ToUpperInvariant())
        {
            case null:
                flag = absent;
                return true;
            case "" or "TRUE" or "1":
                flag = true;
                return true;
            case "FALSE" or "0":
                flag = false;
                return true;
            default:
                flag = absent;
                problem = $"{name}: true or false is expected.";
                return false;
        }
    }

    /// <summary>Whole numbers, one or more to a parameter, parted by commas.</summary>
    public bool TryNumbers(string name, out List<int> numbers, out string? problem)
    {
        numbers = [];
        problem = null;
        foreach (var text in this[name])
        {
            foreach (var part in (text ?? "").Split(','))
            {
                if (!int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                {
                    problem = $"{name}: a whole number is expected.";
                    return false;
                }
                numbers.Add(number);
            }
        }
        return true;
    }

    /// <summary>One whole number from 0 up.</summary>
    public bool TryNumber(string name, int absent, out int number, out string? problem)
    {
        problem = null;
        number = absent;
        if (
            Find(name) is not { } text
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 0)
        )
        {
            return true;
        }
        problem = $"{name}: a whole number from 0 is expected.";
        return false;
    }
}
