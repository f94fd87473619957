namespace Microsoft.SqlServer.Server;

/// <summary>A type that serializes itself (<see cref="Format.UserDefined"/>).</summary>
public interface IBinarySerialize
{
    /// <summary>Sets this value from its binary form.</summary>
    /// <param name="r">Where the form is read from.</param>
    void Read(BinaryReader r);

    /// <summary>Writes this value's binary form.</summary>
    /// <param name="w">Where the form is written to.</param>
    void Write(BinaryWriter w);
}
