namespace IdResolution.Server.Demo;

/// <summary>Vehicle identification numbers (ISO 3779, GB 16735) with a valid check digit.</summary>
internal static class Vin
{
    private const string Years = "ABCDEFGHJKLMNPRSTVWXY123456789";
    private static readonly int[] Weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

    /// <summary>
    /// The VIN of vehicle number <paramref name="number"/> (from 0) of a model year. Its maker is fictitious.
    /// </summary>
    public static string Of(int year, int number)
    {
        // LA9 is China's code for makers of fewer than 500 vehicles a year. Positions 12 to 14 tell these makers apart.
        var modelYear = Years[(year - 1980) % Years.Length];
        var vin = $"LA9FC{number / 1000 % 1000:000}0{modelYear}AFC0{number % 1000:000}".ToCharArray();
        vin[8] = CheckDigit(vin);
        return new string(vin);
    }

    /// <summary>The character that position 9 must have, given the others.</summary>
    public static char CheckDigit(ReadOnlySpan<char> vin)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
            sum += Weights[i] * Value(vin[i]);
        return sum % 11 == 10 ? 'X' : (char)('0' + (sum % 11));
    }

    private static int Value(char character) =>
        character switch
        {
            >= '0' and <= '9' => character - '0',
            >= 'A' and <= 'H' => character - 'A' + 1,
            >= 'J' and <= 'R' => character - 'J' + 1,
            _ => character - 'S' + 2,
        };
}
