using IdResolution.Core.Events;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>The prepared statements of writes of events, on the writer's connection.</summary>
internal sealed class EventStatements(SqliteConnection connection) : IDisposable
{
    private readonly List<Statement> _all = [];

    public Statement FindIdentity => field ??= New(SqliteEventStatements.FindIdentity);

    public Statement FindEvent => field ??= New(SqliteEventStatements.FindEvent);

    public Statement ObjectOf => field ??= New(SqliteEventStatements.ObjectOf);

    public Statement InsertEvent => field ??= New(SqliteEventStatements.InsertEvent);

    public Statement InsertMember => field ??= New(SqliteEventStatements.InsertMember);

    public Statement InsertUnregistered => field ??= New(SqliteEventStatements.InsertUnregistered);

    public Statement VoidEvent => field ??= New(SqliteEventStatements.VoidEvent);

    public Statement InsertHold => field ??= New(SqliteEventStatements.InsertHold);

    public Statement InsertRelease => field ??= New(SqliteEventStatements.InsertRelease);

    public Statement TakeReleases => field ??= New(SqliteEventStatements.TakeReleases);

    public Statement HeldAgain => field ??= New(SqliteEventStatements.HeldAgain);

    public Statement RenewItems => field ??= New(SqliteEventStatements.RenewItems);

    public Statement RenewHold => field ??= New(SqliteEventStatements.RenewHold);

    public Statement OwnHolds => field ??= New(SqliteEventStatements.OwnHolds);

    public Statement HoldsReleasedBy => field ??= New(SqliteEventStatements.HoldsReleasedBy);

    public Statement HandedOnBy => field ??= New(SqliteEventStatements.HandedOnBy);

    public Statement IsSpreading => field ??= New(SqliteEventStatements.IsSpreading);

    public Statement SpreadHold => field ??= New(SqliteEventStatements.SpreadHold);

    public Statement IsInForce => field ??= New(SqliteEventStatements.IsInForce);

    public Statement IsItem => field ??= New(SqliteEventStatements.IsItem);

    public Statement HoldOwn => field ??= New(SqliteEventStatements.HoldOwn);

    public Statement HoldItem => field ??= New(SqliteEventStatements.HoldItem);

    public Statement HandedOn => field ??= New(SqliteEventStatements.HandedOn);

    public Statement GoesOn => field ??= New(SqliteEventStatements.GoesOn);

    public Statement IsHeld => field ??= New(SqliteEventStatements.IsHeld);

    public Statement IsUsedSince => field ??= New(SqliteEventStatements.IsUsedSince);

    public Statement IsUsed => field ??= New(SqliteEventStatements.IsUsed);

    public Statement ChildParts => field ??= New(SqliteEventStatements.ChildParts);

    public Statement RemovedParts => field ??= New(SqliteEventStatements.RemovedParts);

    public Statement Emptied => field ??= New(SqliteEventStatements.Emptied);

    public Statement Freed => field ??= New(SqliteEventStatements.Freed);

    public Statement RecordBehind => field ??= New(SqliteEventStatements.RecordBehind);

    private Statement RecordOf => field ??= New(SqliteEventStatements.RecordOf);

    private Statement RecordOfUri => field ??= New(SqliteEventStatements.RecordOfUri);

    /// <inheritdoc cref="SqliteEventStatements.Before"/>
    public Statement Before => field ??= New(SqliteEventStatements.Before);

    private Statement UnregisteredOf => field ??= New(SqliteEventStatements.UnregisteredOf);

    private Statement RecordItem => field ??= New(SqliteEventStatements.RecordItem);

    private Statement UnregisteredItem => field ??= New(SqliteEventStatements.UnregisteredItem);

    /// <summary>The number of an item; 0 where it is neither registered nor named by an event.</summary>
    public long NumberOf(ItemKey key)
    {
        var number = RecordNumberOf(key);
        return number > 0 ? number : UnregisteredNumberOf(key);
    }

    /// <summary>The number of an item that has no record; 0 where no event names it.</summary>
    public long UnregisteredNumberOf(ItemKey key) => UnregisteredOf.Bind(1, key.Folded.Bytes).Number();

    /// <summary>The key of an item by its number.</summary>
    public ItemKey KeyOf(long number) =>
        ReadKey(RecordItem.Bind(1, number)) ?? ReadKey(UnregisteredItem.Bind(1, number))!.Value;

    public void Dispose() => _all.ForEach(static s => s.Dispose());

    private long RecordNumberOf(ItemKey key)
    {
        if (key.IsUri)
        {
            return RecordOfUri.Bind(1, key.Folded.Bytes).Number();
        }
        return key.IsText ? 0 : RecordOf.Bind(1, key.Folded.Bytes).Number();
    }

    private static ItemKey? ReadKey(Statement statement)
    {
        if (!statement.Step())
        {
            return null;
        }
        var key = ItemKey.Stored(statement.Bytes(0));
        statement.Reset();
        return key;
    }

    private Statement New(string sql)
    {
        var statement = new Statement(connection, sql);
        _all.Add(statement);
        return statement;
    }
}
