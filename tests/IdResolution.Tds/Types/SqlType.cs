using System.Globalization;

namespace IdResolution.Tds.Types;

/// <summary>A data type with its declared length (-1: max) or scale.</summary>
internal sealed record SqlType(SqlKind Kind, int Length = 0)
{
    public const int Max = -1;

    /// <summary>The ending of a SQLite type name for text that compares by code unit.</summary>
    private const string BinarySuffix = "_bin2";

    public static SqlType Int { get; } = new(SqlKind.Int);

    public static SqlType BigInt { get; } = new(SqlKind.BigInt);

    public static SqlType Float { get; } = new(SqlKind.Float);

    public static SqlType Bit { get; } = new(SqlKind.Bit);

    public static SqlType Sysname { get; } = new(SqlKind.NVarChar, 128);

    public static SqlType Text { get; } = new(SqlKind.NVarChar, Max);

    public static SqlType Bytes { get; } = new(SqlKind.VarBinary, Max);

    public static SqlType Time { get; } = new(SqlKind.DateTime2, 7);

    public string Name => Kind.ToString().ToLowerInvariant();

    public bool IsText => Kind == SqlKind.NVarChar;

    public bool IsBinary => Kind == SqlKind.VarBinary;

    public bool IsInteger => Kind is SqlKind.Bit or SqlKind.SmallInt or SqlKind.Int or SqlKind.BigInt;

    /// <summary>The type as SQLite keeps it; its affinities come from these very names.</summary>
    public string Declaration(bool binaryCollation)
    {
        var name = Name + (IsText && binaryCollation ? BinarySuffix : "");
        return IsInteger ? name : $"{name}({Length})";
    }

    /// <summary>The opposite of <see cref="Declaration"/>.</summary>
    public static (SqlType Type, bool BinaryCollation) FromDeclaration(string text)
    {
        var parts = text.TrimEnd(')').Split('(');
        var isBinary = parts[0].EndsWith(BinarySuffix, StringComparison.Ordinal);
        var name = isBinary ? parts[0][..^BinarySuffix.Length] : parts[0];
        var type = Named(name, parts.ElementAtOrDefault(1));
        return (type ?? throw new InvalidOperationException($"'{text}' is no type of this server."), isBinary);
    }

    /// <summary>The type of a name and the number behind it; null where this server has no such type.</summary>
    public static SqlType? Named(string name, string? number)
    {
        if (!Enum.TryParse<SqlKind>(name, ignoreCase: true, out var kind) || char.IsDigit(name[0]))
        {
            return null;
        }

        var length =
            "max".Equals(number, StringComparison.OrdinalIgnoreCase) ? Max
            : number is null ? null
            : (int?)int.Parse(number, CultureInfo.InvariantCulture);
        return kind switch
        {
            SqlKind.DateTime2 => new SqlType(kind, length ?? Time.Length),
            SqlKind.NVarChar or SqlKind.VarBinary => new SqlType(kind, length ?? 1),
            _ => new SqlType(kind),
        };
    }

    /// <summary>The type of a value that may be of either type.</summary>
    public static SqlType? Wider(SqlType? one, SqlType? other)
    {
        if (one is null || other is null)
        {
            return one ?? other;
        }

        if (one.Kind == other.Kind)
        {
            var isMax = one.Length == Max || other.Length == Max;
            return one with { Length = isMax ? Max : Math.Max(one.Length, other.Length) };
        }

        return one.Kind >= other.Kind ? one : other;
    }
}
