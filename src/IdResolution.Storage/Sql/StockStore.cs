using System.Data;
using System.Text;
using Dapper;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;

namespace IdResolution.Storage.Sql;

/// <summary>
/// What is where now. What is not there is stored as a key of one zero byte, which is before those of all texts, and a
/// text of one blank: not every server keeps empty bytes.
/// </summary>
internal sealed class StockStore(ISqlEngine engine) : IStockStore
{
    // Dapper writes the numbers out.
    private const string Remove = "DELETE FROM stock WHERE item IN @items";

    private const string OfItems = $"{StockStatements.List} WHERE item IN @items{StockStatements.Order}";

    private const string Concerned = """
        SELECT r.object FROM records r
        WHERE r.object IN @items AND (
            EXISTS (SELECT 1 FROM stock s WHERE s.item = r.object)
            OR EXISTS (SELECT 1 FROM event_members m WHERE m.item = r.object)
        )
        """;

    private const string NoText = " ";

    private static readonly byte[] s_noKey = [0];

    /// <inheritdoc/>
    public Task ReplaceAsync(
        IReadOnlyList<long> items,
        IReadOnlyList<StockRow> rows,
        CancellationToken cancellationToken
    ) =>
        engine.WriteAsync(
            "replace stock",
            async session =>
            {
                await ReplaceAsync(session, items, rows);
                return true;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<bool> ReplaceAsync(
        LogMove move,
        IReadOnlyList<long> items,
        IReadOnlyList<StockRow> rows,
        CancellationToken cancellationToken
    ) => engine.MoveAsync("replace stock", move, session => ReplaceAsync(session, items, rows), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<long>> ConcernedAsync(
        IReadOnlyList<long> records,
        CancellationToken cancellationToken
    ) =>
        engine.ReadAsync(
            "read what is in stock",
            session => session.ReadAsync(Concerned, new { items = records }, static row => row.GetInt64(0)),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StockRow>> ReadAsync(StockQuery query, CancellationToken cancellationToken) =>
        engine.ReadAsync("read stock", session => ReadAsync(session, query), cancellationToken, isHeavy: true);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StockRow>> OfItemsAsync(
        IReadOnlyList<long> items,
        int limit,
        CancellationToken cancellationToken
    ) =>
        engine.ReadAsync(
            "read stock of items",
            session => session.ReadAsync(OfItems + engine.Dialect.Limit, new { items, limit }, Read),
            cancellationToken,
            isHeavy: true
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<long>> HeldAsync(
        ItemKey holder,
        long after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        engine.ReadAsync(
            "read what is held",
            session =>
                session.ReadAsync(
                    StockStatements.Held + engine.Dialect.Limit,
                    new
                    {
                        holder = Key(holder),
                        after,
                        limit,
                    },
                    static row => row.GetInt64(0)
                ),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<long>> OlderAsync(
        ItemKey place,
        string template,
        long from,
        long before,
        int limit,
        CancellationToken cancellationToken
    ) =>
        engine.ReadAsync(
            "read older stock",
            session =>
                session.ReadAsync(
                    StockStatements.Older + engine.Dialect.Limit,
                    new
                    {
                        template,
                        place = Key(place),
                        from,
                        before,
                        limit,
                    },
                    static row => row.GetInt64(0)
                ),
            cancellationToken
        );

    private async Task ReplaceAsync(SqlSession session, IReadOnlyList<long> items, IReadOnlyList<StockRow> rows)
    {
        if (items.Count > 0)
        {
            await session.ExecuteAsync(Remove, new { items });
        }
        foreach (var row in rows)
        {
            await session.ExecuteAsync(
                StockStatements.Add,
                new
                {
                    place = Key(row.Place),
                    item = row.Item,
                    unit = Text(row.Unit),
                    holder = Key(row.Holder),
                    template = row.Template,
                    quantity = Text(row.Quantity),
                    age = row.Age,
                }
            );
        }
    }

    /// <summary>
    /// What is left at the place where the page before ended comes first, then the places behind it: one condition for
    /// both would be no range of an index.
    /// </summary>
    private async Task<IReadOnlyList<StockRow>> ReadAsync(SqlSession session, StockQuery query)
    {
        var rows = new List<StockRow>();
        if (query.Place is not null || query.After is not null)
        {
            rows.AddRange(await ReadAsync(session, query, StockStatements.OfPlace, query.Limit));
        }
        if (query.Place is null && rows.Count < query.Limit)
        {
            rows.AddRange(await ReadAsync(session, query, StockStatements.BeyondPlace, query.Limit - rows.Count));
        }
        return rows;
    }

    private Task<IReadOnlyList<StockRow>> ReadAsync(SqlSession session, StockQuery query, string list, int limit)
    {
        var parameters = new DynamicParameters();
        parameters.Add("place", Key(query.Place ?? query.After?.Place));
        parameters.Add("limit", limit);
        var sql = new StringBuilder(list);
        if (list == StockStatements.OfPlace && query.After is { } after)
        {
            sql.Append(StockStatements.Beyond);
            parameters.Add("after", after.Item);
            parameters.Add("unit", Text(after.Unit));
            parameters.Add("holder", Key(after.Holder));
        }
        if (query.Item is { } item)
        {
            sql.Append(StockStatements.OfItem);
            parameters.Add("item", item);
        }
        if (query.Template is { } template)
        {
            sql.Append(StockStatements.OfTemplate);
            parameters.Add("template", template);
        }
        sql.Append(StockStatements.Order).Append(engine.Dialect.Limit);
        return session.ReadAsync(sql.ToString(), parameters, Read);
    }

    private SqlMapper.ICustomQueryParameter Key(ItemKey? key) => engine.Dialect.Bytes(key?.Folded.Bytes ?? s_noKey);

    private SqlMapper.ICustomQueryParameter Text(string text) => engine.Dialect.Text(text.Length == 0 ? NoText : text);

    private static StockRow Read(IDataRecord row) =>
        new(
            KeyOf((byte[])row.GetValue(0)),
            row.GetInt64(1),
            TextOf(row.GetValue(2)),
            KeyOf((byte[])row.GetValue(3)),
            row.GetString(4),
            TextOf(row.GetValue(5)),
            row.GetInt64(6)
        );

    private static ItemKey? KeyOf(byte[] bytes) => bytes is [0] ? null : ItemKey.Stored(bytes);

    private static string TextOf(object value)
    {
        var text = value as string ?? Encoding.UTF8.GetString((byte[])value);
        return text == NoText ? "" : text;
    }
}
