namespace Microsoft.SqlServer.Server;

/// <summary>More about the type of a parameter, property, field or return value of a CLR routine.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.ReturnValue | AttributeTargets.Parameter, AllowMultiple = false, Inherited = false)]
public class SqlFacetAttribute : Attribute
{
    /// <summary>Whether the type has a fixed length.</summary>
    public bool IsFixedLength { get; set; }

    /// <summary>The largest size of the type, in its own units; -1 for the largest there is.</summary>
    public int MaxSize { get; set; }

    /// <summary>The number of digits of a numeric type.</summary>
    public int Precision { get; set; }

    /// <summary>The number of digits after the point of a numeric type.</summary>
    public int Scale { get; set; }

    /// <summary>Whether the value can be null.</summary>
    public bool IsNullable { get; set; }
}
