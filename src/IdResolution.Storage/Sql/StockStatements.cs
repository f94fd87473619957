namespace IdResolution.Storage.Sql;

/// <summary>The SQL about the stock, which both stores run unchanged (<see cref="Statements"/>).</summary>
internal static class StockStatements
{
    public const string Add = """
        INSERT INTO stock (place, item, unit, holder, template, quantity, age)
        VALUES (@place, @item, @unit, @holder, @template, @quantity, @age)
        """;

    /// <summary>
    /// The beginning of a list of one place. Conditions follow, then the order and the dialect's limit.
    /// </summary>
    public const string OfPlace = $"{List} WHERE place = @place";

    /// <summary>The same of the places behind one.</summary>
    public const string BeyondPlace = $"{List} WHERE place > @place";

    public const string OfItem = " AND item = @item";

    public const string OfTemplate = " AND template = @template";

    public const string Beyond =
        " AND item >= @after AND (item > @after OR unit > @unit OR (unit = @unit AND holder > @holder))";

    public const string Order = " ORDER BY place, item, unit, holder";

    // The limit of the dialect follows.
    public const string Held = "SELECT item FROM stock WHERE holder = @holder AND item > @after ORDER BY item";

    /// <inheritdoc cref="Held"/>
    public const string Older =
        "SELECT item FROM stock WHERE template = @template AND place = @place AND age >= @from AND age < @before "
        + "ORDER BY age";

    public const string List = "SELECT place, item, unit, holder, template, quantity, age FROM stock";
}
