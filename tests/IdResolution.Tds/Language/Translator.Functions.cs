using IdResolution.Tds.Types;

namespace IdResolution.Tds.Language;

/// <content>Functions.</content>
internal sealed partial class Translator
{
    private Expr Function()
    {
        var name = Next().Value.ToUpperInvariant();
        Expect("(");
        switch (name)
        {
            case "CAST" or "TRY_CAST":
                var value = Expression();
                Expect("AS");
                return Cast(value, Type(), name == "TRY_CAST");
            case "CONVERT" or "TRY_CONVERT":
                var type = Type();
                Expect(",");
                var converted = Expression();
                if (Accept(","))
                {
                    ExpectInteger();
                }

                return Cast(converted, type, name == "TRY_CONVERT");
            case "COUNT" or "COUNT_BIG" when Accept("*"):
                Expect(")");
                return Over(new Expr("count(*)", name == "COUNT" ? SqlType.Int : SqlType.BigInt));
            case "IIF":
                var condition = Condition();
                Expect(",");
                var (yes, no) = Two();
                return new Expr($"(CASE WHEN {condition} THEN {yes.Sql} ELSE {no.Sql} END)", SqlType.Wider(yes.Type, no.Type), yes.Collation ?? no.Collation);
            case "DATEDIFF" or "DATEDIFF_BIG" or "DATEADD":
                var part = ExpectName().ToLowerInvariant();
                Expect(",");
                var (first, second) = Two();
                return name == "DATEADD"
                    ? new Expr($"tsql_dateadd('{part}', {first.Sql}, {second.Sql})", second.Type is { IsTime: true } ? second.Type : SqlType.Time)
                    : new Expr($"tsql_datediff('{part}', {first.Sql}, {second.Sql})", name == "DATEDIFF" ? SqlType.Int : SqlType.BigInt);
            default:
                return Call(name);
        }
    }

    private (Expr First, Expr Second) Two()
    {
        var first = Expression();
        Expect(",");
        var second = Expression();
        Expect(")");
        return (first, second);
    }

    private Expr Cast(Expr value, SqlType type, bool tries)
    {
        Expect(")");
        var source = value.Type is null ? "NULL" : $"'{value.Type.Declaration(false)}'";
        return new Expr($"{(tries ? "tsql_try_cast" : "tsql_cast")}({value.Sql}, '{type.Declaration(false)}', {source})", type, value.Collation);
    }

    private Expr Call(string name)
    {
        var distinct = Accept("DISTINCT") ? "DISTINCT " : "";
        List<Expr> arguments = [];
        if (!Accept(")"))
        {
            do
            {
                arguments.Add(Expression());
            }
            while (Accept(","));
            Expect(")");
        }

        if (Globals.Names.Contains(name))
        {
            return Global(name, [.. arguments.Select(Literal)]) ?? throw TSqlException.Syntax(name);
        }

        return (arguments.Count, Simple(name, distinct, [.. arguments])) switch
        {
            (_, { } call) => Over(call),
            _ => throw (LeftOutFunctions.TryGetValue(name, out var instead)
                ? TSqlException.LeftOut(name, instead)
                : new TSqlException(195, $"'{name}' is not a recognized built-in function name of this test server with {arguments.Count} arguments.", 15)),
        };
    }

    private static string Literal(Expr argument) => argument.Sql.Trim('\'');

    private static readonly Dictionary<string, string> LeftOutFunctions = new()
    {
        ["GENERATE_SERIES"] = "join a table of numbers",
        ["JSON_MODIFY"] = "build JSON in C#",
        ["JSON_OBJECT"] = "build JSON in C#",
        ["JSON_ARRAY"] = "build JSON in C#",
        ["STRING_SPLIT"] = "send many keys as a table-valued parameter",
        ["CONTAINS"] = "no full text",
        ["FREETEXT"] = "no full text",
    };

    private static Expr? Simple(string name, string distinct, Expr[] arguments)
    {
        var all = string.Join(", ", arguments.Select(argument => argument.Sql));
        var first = arguments.FirstOrDefault();
        var type = first?.Type;
        var collation = arguments.Select(argument => argument.Collation).FirstOrDefault(one => one is not null);
        return (name, arguments.Length) switch
        {
            ("COUNT", 1) => new Expr($"count({distinct}{all})", SqlType.Int),
            ("COUNT_BIG", 1) => new Expr($"count({distinct}{all})", SqlType.BigInt),
            ("SUM", 1) => new Expr($"sum({distinct}{all})", type switch
            {
                { Kind: SqlKind.BigInt } => SqlType.BigInt,
                { IsInteger: true } => SqlType.Int,
                { Kind: SqlKind.Decimal } => type with { Precision = 38 },
                null => null,
                _ => SqlType.Float,
            }),
            ("AVG", 1) when type is { IsInteger: true } => new Expr($"CAST(avg({distinct}{all}) AS INTEGER)", type.Kind == SqlKind.BigInt ? type : SqlType.Int),
            ("AVG", 1) => new Expr($"avg({distinct}{all})", type),
            ("MIN" or "MAX", 1) => new Expr($"{name.ToLowerInvariant()}({all})", type, collation),
            ("ROW_NUMBER" or "RANK" or "DENSE_RANK", 0) => new Expr($"{name.ToLowerInvariant()}()", SqlType.BigInt),
            ("LAG" or "LEAD" or "FIRST_VALUE" or "LAST_VALUE", > 0) => new Expr($"{name.ToLowerInvariant()}({all})", type, collation),
            ("COALESCE", > 1) => new Expr($"coalesce({all})", arguments.Aggregate((SqlType?)null, (wide, one) => SqlType.Wider(wide, one.Type)), collation),
            ("ISNULL", 2) => new Expr($"coalesce({all})", type ?? arguments[1].Type, collation),
            ("NULLIF", 2) => new Expr($"(CASE WHEN {Comparison(first!, "=", arguments[1])} THEN NULL ELSE {first!.Sql} END)", type, collation),
            ("LEN", 1) => new Expr($"tsql_len({all})", type?.Length == SqlType.Max ? SqlType.BigInt : SqlType.Int),
            ("DATALENGTH", 1) => new Expr($"tsql_datalength({all}, '{type?.Declaration(false) ?? "nvarchar(-1)"}')", type?.Length == SqlType.Max ? SqlType.BigInt : SqlType.Int),
            ("UPPER" or "LOWER", 1) => new Expr($"tsql_{name.ToLowerInvariant()}({all})", type, collation),
            ("LTRIM" or "RTRIM" or "TRIM", 1) => new Expr($"{name.ToLowerInvariant()}({all})", type, collation),
            ("SUBSTRING", 3) => new Expr($"tsql_substring({all})", type, collation),
            ("LEFT", 2) => new Expr($"tsql_substring({first!.Sql}, 1, {arguments[1].Sql})", type, collation),
            ("RIGHT", 2) => new Expr($"tsql_right({all})", type, collation),
            ("REPLACE", 3) => new Expr($"replace({all})", SqlType.Text, collation),
            ("CHARINDEX", 2) => new Expr($"instr({arguments[1].Sql}, {first!.Sql})", SqlType.Int),
            ("CONCAT", > 1) => new Expr($"concat({all})", SqlType.Text, collation),
            ("ABS", 1) => new Expr($"abs({all})", type),
            ("ROUND" or "FLOOR" or "CEILING", > 0) => new Expr($"{(name == "CEILING" ? "ceil" : name.ToLowerInvariant())}({all})", type),
            ("SYSUTCDATETIME", 0) => new Expr("tsql_now()", SqlType.Time),
            ("GETUTCDATE", 0) => new Expr("tsql_now()", new SqlType(SqlKind.DateTime, Scale: 3)),
            ("NEWID", 0) => new Expr("tsql_newid()", new SqlType(SqlKind.UniqueIdentifier)),
            ("JSON_VALUE", 2) => new Expr($"json_extract({all})", new SqlType(SqlKind.NVarChar, 4000)),
            ("ISJSON", 1) => new Expr($"json_valid({all})", SqlType.Int),
            ("QUOTENAME", 1) => new Expr($"('[' || replace({all}, ']', ']]') || ']')", new SqlType(SqlKind.NVarChar, 258)),
            _ => null,
        };
    }

    private Expr Over(Expr call)
    {
        if (!Accept("OVER"))
        {
            return call;
        }

        Expect("(");
        List<string> parts = [];
        if (Accept("PARTITION", "BY"))
        {
            parts.Add("PARTITION BY " + string.Join(", ", Listed(() => Expression().Sql)));
        }

        if (Accept("ORDER", "BY"))
        {
            parts.Add("ORDER BY " + string.Join(", ", Listed(() => Expression().Sql + Direction())));
        }

        Expect(")");
        return call with { Sql = $"{call.Sql} OVER ({string.Join(' ', parts)})" };
    }

    private string Direction() => Accept("DESC") ? " DESC" : Accept("ASC") ? " ASC" : "";

    private List<T> Listed<T>(Func<T> read)
    {
        List<T> list = [];
        do
        {
            list.Add(read());
        }
        while (Accept(","));
        return list;
    }
}
