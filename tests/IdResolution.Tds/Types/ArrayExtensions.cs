namespace IdResolution.Tds.Types;

internal static class ArrayExtensions
{
    public static int ElementAtOrDefault(this int[] numbers, int index, int otherwise) => index < numbers.Length ? numbers[index] : otherwise;
}
