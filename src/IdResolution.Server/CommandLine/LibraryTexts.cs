using System.Globalization;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.CommandLine;

/// <summary>
/// Has the library for command lines speak a language as long as this lives: its words are resources, which .NET
/// chooses by the culture.
/// </summary>
internal sealed class LibraryTexts : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentUICulture;

    public LibraryTexts(Language language)
    {
        try
        {
            CultureInfo.CurrentUICulture = language == Language.Chinese ? new CultureInfo("zh-Hans") : _before;
        }
        catch (CultureNotFoundException)
        {
            // Without ICU there is no culture but one, and the library speaks English.
        }
    }

    public void Dispose() => CultureInfo.CurrentUICulture = _before;
}
