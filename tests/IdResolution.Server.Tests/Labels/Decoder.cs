using System.Text;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Labels;

/// <summary>Reads symbols back with a decoder that is not ours: zbarimg, after rsvg-convert for SVG.</summary>
internal static class Decoder
{
    /// <summary>Ignores the test where the tools are missing; fails it in CI.</summary>
    public static void Require()
    {
        var missing = new[] { "zbarimg", "rsvg-convert" }.Where(tool => !Tool.Exists(tool)).ToList();
        if (missing.Count == 0)
        {
            return;
        }
        var reason = $"Not on the path: {string.Join(", ", missing)} (packages zbar-tools, librsvg2-bin).";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(reason);
        }
        Assert.Ignore(reason);
    }

    public static string Png(byte[] png) =>
        WithFolder(folder =>
        {
            var file = Path.Combine(folder, "code.png");
            File.WriteAllBytes(file, png);
            return Decode(file);
        });

    public static string Svg(string svg) =>
        WithFolder(folder =>
        {
            var (source, file) = (Path.Combine(folder, "code.svg"), Path.Combine(folder, "code.png"));
            File.WriteAllText(source, svg);
            var (exitCode, _, errors) = Tool.Run("rsvg-convert", "-b", "white", "-o", file, source);
            Assert.That(exitCode, Is.Zero, errors);
            return Decode(file);
        });

    private static string Decode(string file)
    {
        var (exitCode, output, errors) = Tool.Run("zbarimg", "--raw", "-q", file);
        Assert.That(exitCode, Is.Zero, $"zbarimg found nothing: {errors}");
        // Strict, so that bytes that are not UTF-8 fail; zbarimg ends each symbol with a line feed.
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(output).TrimEnd('\n');
    }

    private static string WithFolder(Func<string, string> work)
    {
        var folder = Directory.CreateTempSubdirectory("idnode-labels-").FullName;
        try
        {
            return work(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
