namespace IdResolution.Core.Records;

/// <summary>A Handle value reference: a handle and an index.</summary>
public sealed record Reference(string Handle, int Index)
{
    /// <summary>As it is written: <c>300:88.300.1/ADMIN</c>.</summary>
    public override string ToString() => $"{Index}:{Handle}";
}
