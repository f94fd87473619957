using System.Globalization;

namespace IdResolution.Tds.Types;

/// <summary>A data type with its declared length (-1: max), precision and scale.</summary>
internal sealed record SqlType(SqlKind Kind, int Length = 0, byte Precision = 0, byte Scale = 0)
{
    public const int Max = -1;

    /// <summary>The ending of a SQLite type name for text that compares by code unit.</summary>
    private const string BinarySuffix = "_bin2";

    public static SqlType Int { get; } = new(SqlKind.Int);

    public static SqlType BigInt { get; } = new(SqlKind.BigInt);

    public static SqlType Bit { get; } = new(SqlKind.Bit);

    public static SqlType Float { get; } = new(SqlKind.Float);

    public static SqlType Name { get; } = new(SqlKind.NVarChar, 128);

    public static SqlType Text { get; } = new(SqlKind.NVarChar, Max);

    public static SqlType Bytes { get; } = new(SqlKind.VarBinary, Max);

    public static SqlType Time { get; } = new(SqlKind.DateTime2, Scale: 7);

    public bool IsText => Kind is SqlKind.Char or SqlKind.VarChar or SqlKind.NChar or SqlKind.NVarChar;

    public bool IsWide => Kind is SqlKind.NChar or SqlKind.NVarChar;

    public bool IsBinary => Kind is SqlKind.Binary or SqlKind.VarBinary;

    public bool IsInteger => Kind is SqlKind.Bit or SqlKind.TinyInt or SqlKind.SmallInt or SqlKind.Int or SqlKind.BigInt;

    public bool IsTime => Kind is SqlKind.Date or SqlKind.Time or SqlKind.DateTime or SqlKind.DateTime2 or SqlKind.DateTimeOffset;

    /// <summary>The type as SQLite keeps it; its affinities come from these very names.</summary>
    public string Declaration(bool binaryCollation)
    {
        var name = Kind.ToString().ToLowerInvariant() + (IsText && binaryCollation ? BinarySuffix : "");
        return Kind switch
        {
            SqlKind.Decimal => $"{name}({Precision},{Scale})",
            SqlKind.DateTime2 or SqlKind.DateTimeOffset or SqlKind.Time => $"{name}({Scale})",
            _ when IsText || IsBinary => $"{name}({Length})",
            _ => name,
        };
    }

    /// <summary>The opposite of <see cref="Declaration"/>.</summary>
    public static (SqlType Type, bool BinaryCollation) FromDeclaration(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var name = open < 0 ? text : text[..open];
        var numbers = open < 0 ? [] : text[(open + 1)..^1].Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        var binary = name.EndsWith(BinarySuffix, StringComparison.Ordinal);
        return (Named(binary ? name[..^BinarySuffix.Length] : name, numbers) ?? throw new InvalidOperationException($"'{text}' is no type of this server."), binary);
    }

    /// <summary>The type of a name and the numbers behind it; null where there is no such type.</summary>
    public static SqlType? Named(string name, int[] numbers)
    {
        if (name.Equals("sysname", StringComparison.OrdinalIgnoreCase))
        {
            return Name;
        }

        name = name.ToLowerInvariant() switch { "numeric" => "decimal", "integer" => "int", var other => other };
        if (!Enum.TryParse<SqlKind>(name, ignoreCase: true, out var kind) || char.IsDigit(name[0]))
        {
            return null;
        }

        return kind switch
        {
            SqlKind.Decimal => new SqlType(kind, 0, (byte)numbers.ElementAtOrDefault(0, 18), (byte)numbers.ElementAtOrDefault(1, 0)),
            SqlKind.DateTime2 or SqlKind.DateTimeOffset or SqlKind.Time => new SqlType(kind, Scale: (byte)numbers.ElementAtOrDefault(0, 7)),
            SqlKind.DateTime => new SqlType(kind, Scale: 3),
            SqlKind.Float when numbers is [<= 24] => new SqlType(SqlKind.Real),
            >= SqlKind.Char => new SqlType(kind, numbers.ElementAtOrDefault(0, 1)),
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
            return one with
            {
                Length = one.Length == Max || other.Length == Max ? Max : Math.Max(one.Length, other.Length),
                Precision = Math.Max(one.Precision, other.Precision),
                Scale = Math.Max(one.Scale, other.Scale),
            };
        }

        return Rank(one) >= Rank(other) ? one : other;
    }

    // The documented precedence of types.
    private static int Rank(SqlType type) => type.Kind switch
    {
        SqlKind.Binary => 0,
        SqlKind.VarBinary => 1,
        SqlKind.Char => 2,
        SqlKind.VarChar => 3,
        SqlKind.NChar => 4,
        SqlKind.NVarChar => 5,
        SqlKind.UniqueIdentifier => 6,
        SqlKind.Bit => 7,
        SqlKind.TinyInt => 8,
        SqlKind.SmallInt => 9,
        SqlKind.Int => 10,
        SqlKind.BigInt => 11,
        SqlKind.Decimal => 12,
        SqlKind.Real => 13,
        SqlKind.Float => 14,
        SqlKind.Time => 15,
        SqlKind.Date => 16,
        SqlKind.DateTime => 17,
        SqlKind.DateTime2 => 18,
        _ => 19,
    };
}
