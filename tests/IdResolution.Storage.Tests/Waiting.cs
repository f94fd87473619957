namespace IdResolution.Storage.Tests;

/// <summary>No test waits for ever.</summary>
internal static class Waiting
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(s_timeout);

    public static Task Soon(this Task task) => task.WaitAsync(s_timeout);
}
