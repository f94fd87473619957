using System.Globalization;
using IdResolution.Fuzzing.Driver;
using IdResolution.Fuzzing.Targets;

namespace IdResolution.Fuzzing;

/// <summary>
/// <c>instrument FOLDER</c>, <c>run TARGET SECONDS INPUTS SEED FOLDER</c>, <c>crashed TARGET FOLDER</c>,
/// <c>replay TARGET FILE</c> or <c>targets</c>. People call <c>scripts/fuzz.sh</c>.
/// </summary>
public static class Program
{
    private const int Found = 1;
    private const int Usage = 2;

    /// <summary>Runs a command. 0: nothing found; 1: something was; 2: wrong arguments.</summary>
    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["instrument", var folder]:
                Instrumentation.Run(folder);
                return 0;
            case ["targets"]:
                Console.WriteLine(string.Join(' ', FuzzTargets.All.Select(target => target.Name)));
                return 0;
            case ["run", var name, var seconds, var inputs, var seed, var folder] when FuzzTargets.Find(name) is { } it:
                return Run(it, new FuzzBounds(Time(seconds), Number(inputs), (int)Number(seed), folder));
            case ["crashed", var name, var folder] when FuzzTargets.Find(name) is { } it:
                return Crashed(it, folder);
            case ["replay", var name, var file] when FuzzTargets.Find(name) is { } it:
                return Replay(it, File.ReadAllBytes(file));
            default:
                Console.Error.WriteLine("Use scripts/fuzz.sh.");
                return Usage;
        }
    }

    private static int Run(FuzzTarget target, FuzzBounds bounds)
    {
        if (new FuzzRun(target, bounds, Console.Out).Run() is not { } found)
        {
            return 0;
        }
        Keep(target, bounds.Folder, found.Input, found.Fault);
        return Found;
    }

    /// <summary>Keeps the input that a process died of.</summary>
    private static int Crashed(FuzzTarget target, string folder)
    {
        var file = Path.Combine(folder, target.Name + ".current");
        if (File.Exists(file))
        {
            Keep(target, folder, CurrentInput.Read(file), "The process ended.");
            File.Delete(file);
        }
        return Found;
    }

    private static int Replay(FuzzTarget target, byte[] input)
    {
        if (new Trial(target, isTimed: true).FaultOf(input) is not { } fault)
        {
            Console.WriteLine("Nothing found.");
            return 0;
        }
        Console.Error.WriteLine(fault);
        return Found;
    }

    private static void Keep(FuzzTarget target, string folder, byte[] input, string fault)
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input))[..12];
        var file = Path.Combine(folder, $"{target.Name}-{hash}");
        File.WriteAllBytes(file, input);
        Console.Error.WriteLine(
            $"{fault}\nThe input is in {file}. To read it again:\n  scripts/fuzz.sh {target.Name} --replay {file}"
        );
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static TimeSpan Time(string seconds) =>
        TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
}
