namespace IdResolution.Core.Primitives;

/// <summary>
/// Tells what the node does for itself from what callers ask for, so that a store can let it pass them: nothing of the
/// node may wait behind searches. Flows with the asynchronous call.
/// </summary>
public static class OwnWork
{
    private static readonly AsyncLocal<bool> s_isOn = new();

    /// <summary>True in work of the node itself.</summary>
    public static bool IsOn => s_isOn.Value;

    /// <summary>
    /// Marks the rest of the asynchronous method that calls this, and all that it calls. Ends with that method.
    /// </summary>
    public static void Begin() => s_isOn.Value = true;
}
