using System.Collections.Concurrent;
using IdResolution.Core.Errors;
using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>A pool of read connections, with prepared statements for resolution. Thread-safe.</summary>
internal sealed class SqliteReaders(SqliteDatabase database, StoreTelemetry telemetry) : IDisposable
{
    private const int MaxIdle = 16;

    private readonly ConcurrentStack<SqliteReading> _idle = new();
    private volatile bool _disposed;

    /// <summary>Runs a function on a connection from the pool; a broken connection is not used again.</summary>
    /// <param name="name">Its name in telemetry.</param>
    /// <param name="state">The argument for the function; it avoids a closure.</param>
    /// <param name="function">The read.</param>
    /// <exception cref="StoreException">The database does not answer.</exception>
    public T Read<TState, T>(string name, TState state, Func<SqliteReading, TState, T> function)
    {
        if (_disposed)
        {
            throw StoreException.Unavailable(null);
        }
        using var operation = telemetry.Begin(name);
        SqliteReading? reading = null;
        try
        {
            if (!_idle.TryPop(out reading))
            {
                reading = new SqliteReading(database.Connect(readOnly: true));
            }
            var result = function(reading, state);
            if (_idle.Count >= MaxIdle)
            {
                reading.Dispose();
            }
            else
            {
                _idle.Push(reading);
            }
            if (_disposed)
            {
                // Closed meanwhile: a connection left open would keep the write-ahead log.
                CloseIdle();
            }
            return result;
        }
        catch (SqliteException e)
        {
            operation?.Fail(e);
            reading?.Dispose();
            throw SqliteDatabase.Translate(e);
        }
        catch
        {
            reading?.Dispose();
            throw;
        }
    }

    /// <summary>The same for a function of so many statements: more than one are in one transaction.</summary>
    /// <inheritdoc cref="Read{TState, T}(string, TState, Func{SqliteReading, TState, T})"/>
    public T ReadTogether<TState, T>(
        string name,
        int statements,
        TState state,
        Func<SqliteReading, TState, T> function
    ) =>
        statements > 1
            ? Read(name, (state, function), static (reading, call) => reading.Together(call.state, call.function))
            : Read(name, state, function);

    /// <summary>Runs a function on a connection from the pool.</summary>
    public T Read<T>(string name, Func<SqliteConnection, T> function) =>
        Read(name, function, static (reading, f) => f(reading.Connection));

    /// <summary>
    /// Closes the unused connections. Open connections share what SQLite found out about the files, such as that they
    /// are read-only.
    /// </summary>
    public void CloseIdle()
    {
        while (_idle.TryPop(out var reading))
        {
            reading.Dispose();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        CloseIdle();
    }
}
