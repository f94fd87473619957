namespace IdResolution.Core.Records;

/// <summary>A Handle value reference: a handle and an index.</summary>
public sealed record Reference(string Handle, int Index)
{
    /// <summary>The text form, such as <c>300:88.300.1/ADMIN</c>.</summary>
    public override string ToString() => $"{Index}:{Handle}";
}
