using IdResolution.Core.Errors;
using Microsoft.Data.SqlClient;
using Polly;
using Polly.CircuitBreaker;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Stops calls to a server that does not respond. After one failure every call fails at once; after a pause, one call
/// is let through as a test. Thread-safe.
/// </summary>
internal sealed class SqlServerCircuit
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(700);
    private static readonly ResiliencePropertyKey<bool> s_isHeavy = new("is heavy");

    private readonly CircuitBreakerStateProvider _state = new();
    private readonly CircuitBreakerManualControl _control = new();
    private readonly ResiliencePipeline _breaker;
    private long _refusesUntil;

    /// <param name="opened">Called each time a call, or a test call, shows that the server does not respond.</param>
    public SqlServerCircuit(Action opened) =>
        _breaker = new ResiliencePipelineBuilder()
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions
                {
                    FailureRatio = 0,
                    MinimumThroughput = 2,
                    BreakDuration = Pause,
                    StateProvider = _state,
                    ManualControl = _control,
                    // A test call that shows nothing, because it was cancelled or its work failed, leaves the circuit
                    // open.
                    ShouldHandle = call => new ValueTask<bool>(
                        call.Outcome.Exception is { } e
                            && (
                                IsAway(e, call.Context.Properties.GetValue(s_isHeavy, false))
                                || (e is not SqlException && _state.CircuitState == CircuitState.HalfOpen)
                            )
                    ),
                    OnOpened = _ =>
                    {
                        Volatile.Write(ref _refusesUntil, Environment.TickCount64 + (long)Pause.TotalMilliseconds);
                        opened();
                        return default;
                    },
                }
            )
            .Build();

    /// <summary>True from the first failure until the server answers.</summary>
    public bool IsOpen => _state.CircuitState != CircuitState.Closed;

    /// <summary>True while calls fail at once.</summary>
    public bool IsRefusing =>
        _state.CircuitState switch
        {
            CircuitState.Closed => false,
            CircuitState.HalfOpen => true,
            _ => Environment.TickCount64 < Volatile.Read(ref _refusesUntil),
        };

    /// <summary>Runs a call, unless the circuit refuses it.</summary>
    /// <param name="call">The call. If it cannot connect, it throws a <see cref="StoreException"/>.</param>
    /// <param name="isHeavy">True if a timeout of the call says nothing about the server.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreException">The call was refused, or the server cannot be reached.</exception>
    public async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> call,
        bool isHeavy,
        CancellationToken cancellationToken
    )
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(s_isHeavy, isHeavy);
        try
        {
            var result = await _breaker.ExecuteAsync(
                static (c, w) => new ValueTask<T>(w(c.CancellationToken)),
                context,
                call
            );
            await CloseAsync();
            return result;
        }
        catch (BrokenCircuitException)
        {
            throw StoreException.Unavailable(null);
        }
        catch (Exception e) when (IsAway(e, isHeavy))
        {
            // Polly opens only after two failures. There may be no other traffic, so one failure counts twice.
            await _breaker.ExecuteOutcomeAsync(
                static (_, failure) => new ValueTask<Outcome<bool>>(Outcome.FromException<bool>(failure)),
                context,
                e
            );
            throw;
        }
        catch (SqlException)
        {
            // The server refused, or ended this connection. If it is away, the next call shows it.
            await CloseAsync();
            throw;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static bool IsAway(Exception e, bool isHeavy) =>
        e is StoreException
        || (!isHeavy && (e is TimeoutException || (e is SqlException sql && SqlServerErrors.IsTimeout(sql))));

    /// <summary>Closes the circuit. The answer to a call from before it opened counts too.</summary>
    private Task CloseAsync() => IsOpen ? _control.CloseAsync(CancellationToken.None) : Task.CompletedTask;
}
