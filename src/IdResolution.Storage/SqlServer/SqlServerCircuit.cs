using IdResolution.Core.Errors;
using Microsoft.Data.SqlClient;
using Polly;
using Polly.CircuitBreaker;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Stops asking a server that does not answer: after one failure every call fails at once, then one goes through to
/// try. Thread-safe.
/// </summary>
internal sealed class SqlServerCircuit
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(700);
    private static readonly ResiliencePropertyKey<bool> s_isHeavy = new("is heavy");

    private readonly CircuitBreakerStateProvider _state = new();
    private readonly CircuitBreakerManualControl _control = new();
    private readonly ResiliencePipeline _breaker;
    private long _refusesUntil;

    /// <param name="opened">Called when the server does not answer, also where a try shows it again.</param>
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
                    // A try that says nothing, since its caller went or the work failed by itself, leaves the circuit
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

    /// <summary>True from a failure until an answer.</summary>
    public bool IsOpen => _state.CircuitState != CircuitState.Closed;

    /// <summary>True while calls fail at once.</summary>
    public bool IsRefusing =>
        _state.CircuitState switch
        {
            CircuitState.Closed => false,
            CircuitState.HalfOpen => true,
            _ => Environment.TickCount64 < Volatile.Read(ref _refusesUntil),
        };

    /// <summary>Runs a call, unless the server does not answer.</summary>
    /// <param name="call">A failure to connect ends it by a <see cref="StoreException"/>.</param>
    /// <param name="isHeavy">Its timeout says nothing about the server.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreException">The server was not asked, or is not to be reached.</exception>
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
            // Polly opens at two failures at least: where there is no other traffic to count, one counts twice.
            await _breaker.ExecuteOutcomeAsync(
                static (_, failure) => new ValueTask<Outcome<bool>>(Outcome.FromException<bool>(failure)),
                context,
                e
            );
            throw;
        }
        catch (SqlException)
        {
            // It refuses or has ended this connection; whether it is away shows with the next.
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

    /// <summary>An answer to a call that began before the circuit opened is one, too.</summary>
    private Task CloseAsync() => IsOpen ? _control.CloseAsync(CancellationToken.None) : Task.CompletedTask;
}
