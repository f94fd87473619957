using FsCheck;
using FsCheck.Fluent;

namespace IdResolution.Core.Tests;

/// <summary>Generators that several fixtures share.</summary>
internal static class Properties
{
    public static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(500);

    /// <summary>Any text: ASCII, separators, control characters, surrogates paired and lone, other scripts.</summary>
    public static Gen<string> Text { get; } =
        Gen.OneOf(
                Gen.Choose(0x20, 0x7E).Select(c => ((char)c).ToString()),
                Gen.Elements(
                    "/",
                    ".",
                    "-",
                    "8",
                    "é",
                    "质",
                    "ſ",
                    "\u212A",
                    "\0",
                    "\n",
                    "\t",
                    "\u007F",
                    "\u0085",
                    "\uFFFD",
                    "😀",
                    "𠀀",
                    "\u0378"
                ),
                Gen.Choose(0, 0xFFFF).Select(c => ((char)c).ToString())
            )
            .ArrayOf()
            .Select(string.Concat);

    public static Gen<byte[]> Bytes { get; } = Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf();

    public static void ForAll<T>(Gen<T> values, Func<T, bool> holds) =>
        Prop.ForAll(values.ToArbitrary(), holds).Check(Quick);

    public static void ForAll<T>(Gen<T> values, Action<T> check) =>
        Prop.ForAll(values.ToArbitrary(), check).Check(Quick);
}
