using System.Data;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Object numbers. They are reserved in blocks, ahead of the transactions that use them, so gaps are normal. Used only
/// by the writer's loop.
/// </summary>
internal sealed class ObjectNumbers
{
    private const int Block = 1_000;

    private (long Next, long Last) _block = (1, 0);
    private (long Next, long Last) _following = (1, 0);

    /// <summary>Reserves numbers if fewer than <paramref name="count"/> are left.</summary>
    public async Task EnsureAsync(int count, SqlServerDatabase database)
    {
        if (Left(_block) + Left(_following) >= count)
        {
            return;
        }
        var size = Math.Max(Block, count);
        var last = await database.RunAsync(
            "reserve objects",
            (connection, cancellationToken) => ReserveAsync(connection, size, database.Seconds, cancellationToken),
            CancellationToken.None
        );
        if (Left(_block) == 0)
        {
            _block = _following;
        }
        _following = (last - size + 1, last);
    }

    /// <summary>Takes a number. <see cref="EnsureAsync"/> must have reserved it.</summary>
    public long Next()
    {
        if (Left(_block) == 0)
        {
            (_block, _following) = (_following, (1, 0));
        }
        return _block.Next++;
    }

    /// <summary>Gives up all numbers that are reserved.</summary>
    public void Forget() => (_block, _following) = ((1, 0), (1, 0));

    private static long Left((long Next, long Last) block) => block.Last - block.Next + 1;

    private static async Task<long> ReserveAsync(
        SqlConnection connection,
        int count,
        int seconds,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandTimeout = seconds;
        command.CommandText = SqlServerStatements.ReserveObjects;
        command.Parameters.Add("@count", SqlDbType.BigInt).Value = (long)count;
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
