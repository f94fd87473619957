namespace IdResolution.Server.Http;

/// <summary>The place of a member in a JSON body, named as errors do: <c>values[0].data.format</c>.</summary>
/// <param name="Parent">The path of the object; empty for the whole body.</param>
/// <param name="Name">The name of the member.</param>
internal readonly record struct JsonPath(string Parent, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => Parent.Length == 0 ? Name : $"{Parent}.{Name}";
}
