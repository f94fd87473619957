using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

/// <summary>The programs that deployment files are written for.</summary>
internal static class Programs
{
    /// <summary>Ignores the test where a program that the scripts install is missing; fails it in CI.</summary>
    public static void Miss(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"Missing: {what}.");
        }
        Assert.Ignore($"Missing: {what}.");
    }

    /// <summary>As <see cref="Miss"/>, where a program is not on the path.</summary>
    public static void Require(string name)
    {
        if (!Tool.Exists(name))
        {
            Miss($"{name}: what it would say of the files is not known");
        }
    }

    /// <summary>Runs a program that must succeed.</summary>
    public static string Run(string file, params string[] args)
    {
        var (code, output, errors) = Tool.Run(file, args);
        var text = System.Text.Encoding.UTF8.GetString(output);
        Assert.That(code, Is.Zero, $"{errors}{text}");
        return text;
    }
}
