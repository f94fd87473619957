using System.Diagnostics;

namespace IdResolution.Fuzzing.Driver;

/// <summary>Gives inputs to a target, and holds it to its bounds of time and memory.</summary>
/// <param name="target">The target.</param>
/// <param name="isTimed">False where the machine may be busy: then time is not looked at.</param>
internal sealed class Trial(FuzzTarget target, bool isTimed)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(250);

    /// <summary>What is wrong about an input; null if nothing.</summary>
    public string? FaultOf(byte[] input)
    {
        var began = Stopwatch.GetTimestamp();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Take(input);
        }
        catch (FindingException finding)
        {
            return finding.Message;
        }
#pragma warning disable CA1031 // Any exception is what is looked for.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception.ToString();
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var taken = Stopwatch.GetElapsedTime(began);
        var most = target.AllocationBase + target.AllocationPerByte * input.Length;
        // What is made once, and kept, is not the input's.
        if (allocated > most && AllocatedBy(input) is var again && again > most)
        {
            return $"{again} bytes are allocated for an input of {input.Length} bytes; at most {most} are expected.";
        }
        return isTimed && taken > s_longest && ProcessorTimeOf(input) is var time && time > s_longest
            ? $"An input of {input.Length} bytes takes {time.TotalMilliseconds:F0} ms."
            : null;
    }

    private long AllocatedBy(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        target.Take(input);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>The least of three: a collection or a compilation may have come between.</summary>
    private TimeSpan ProcessorTimeOf(byte[] input)
    {
        var least = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            var before = Environment.CpuUsage.TotalTime;
            target.Take(input);
            var taken = Environment.CpuUsage.TotalTime - before;
            least = taken < least ? taken : least;
        }
        return least;
    }
}
