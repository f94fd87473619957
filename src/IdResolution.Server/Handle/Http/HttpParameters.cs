using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace IdResolution.Server.Handle.Http;

/// <summary>The parameters of a request, from its query and, if the body is a form, from the form.</summary>
internal sealed class HttpParameters(IQueryCollection query, IFormCollection? form)
{
    /// <summary>All values of a parameter, those of the query first.</summary>
    public StringValues this[string name] =>
        form is not null && form.TryGetValue(name, out var values)
            ? StringValues.Concat(query[name], values)
            : query[name];

    /// <summary>The first value of a parameter, or null.</summary>
    public string? Find(string name) => this[name] is { Count: > 0 } values ? values[0] : null;

    /// <summary>Reads true or false; a parameter without value means true. Gives a message if it is neither.</summary>
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

    /// <summary>Reads all whole numbers of a parameter. One occurrence may hold several, with commas between.</summary>
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

    /// <summary>Reads one whole number, 0 or more.</summary>
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
