using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Channels;
using IdResolution.Tds.Engine;
using IdResolution.Tds.Protocol;

namespace IdResolution.Tds.Sessions;

/// <summary>One connection, from PRELOGIN to its end.</summary>
internal sealed class Session(TdsServer server, Socket socket, int number) : IDisposable
{
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(1);

    private readonly PacketConnection _packets = new(socket);
    private readonly Channel<Message> _messages = Channel.CreateUnbounded<Message>();
    private readonly CancellationTokenSource _gone = new();
    private readonly Lock _sync = new();
    private CancellationTokenSource? _running;
    private int _attentions;
    private bool _isDisposed;
    private SessionState? _state;
    private Request? _request;
    private long _asked;

    /// <summary>The database that the session is in; null before its login.</summary>
    public Database? Database => _state?.Database;

    public async Task RunAsync()
    {
        var reading = Task.CompletedTask;
        try
        {
            if (await LoginAsync())
            {
                reading = ReadAsync();
                await AnswerAsync();
            }
        }
        catch (Exception error)
            when (error
                    is IOException
                        or ObjectDisposedException
                        or OperationCanceledException
                        or InvalidDataException
                        or SocketException
                        or AuthenticationException
                || _gone.IsCancellationRequested
            )
        {
            // The client, or a test's wish, has ended the connection.
        }
        finally
        {
            _packets.Dispose();
            await reading;
            _state?.Dispose();
        }
    }

    /// <summary>Cuts the connection; what it was doing is rolled back.</summary>
    public void Drop()
    {
        _packets.Dispose();
        lock (_sync)
        {
            if (!_isDisposed)
            {
                _gone.Cancel();
            }
        }
    }

    /// <summary>What the connection is doing.</summary>
    public override string ToString() =>
        $"session {number} in {Database?.Name ?? "(no database)"}, {_state?.TransactionCount ?? 0} transaction(s), {_attentions} attention(s): {_request?.Text ?? "idle"}";

    public void Dispose()
    {
        _packets.Dispose();
        lock (_sync)
        {
            _isDisposed = true;
            _gone.Dispose();
        }
    }

    private async Task<bool> LoginAsync()
    {
        await server.Faults.ThawedAsync(_gone.Token);
        await _packets.SecureAsync(ServerCertificate.Value, _gone.Token);
        while (await _packets.ReadAsync(_gone.Token) is { } message)
        {
            await server.Faults.ThawedAsync(_gone.Token);
            if (message.Type == PacketType.PreLogin)
            {
                await _packets.WriteAsync(PreLogin.Answer(), _gone.Token);
            }
            else if (message.Type == PacketType.Login7)
            {
                return await LoginAsync(Login7.Read(message.Payload));
            }
            else
            {
                throw new InvalidDataException("Neither PRELOGIN nor LOGIN7.");
            }
        }

        return false;
    }

    private async Task<bool> LoginAsync(Login7 login)
    {
        var writer = new TokenWriter();
        var name = login.Database.Length == 0 ? TdsServer.Master : login.Database;
        var database = server.Databases.Find(name);
        var refusal =
            server.RefusesLogins ? new TSqlException(18456, $"Login failed for user '{login.User}'.", 14)
            : database is null
                ? new TSqlException(
                    4060,
                    $"Cannot open database \"{name}\" requested by the login. The login failed.",
                    11
                )
            : null;
        if (refusal is not null)
        {
            writer.Error(refusal);
            writer.Done(DoneKind.Done, DoneStatus.Error);
            await _packets.WriteAsync(writer.Written, _gone.Token);
            return false;
        }

        var size = Math.Clamp(login.PacketSize == 0 ? 4096 : login.PacketSize, 512, 32767);
        writer.TextChange(1, database!.Name, TdsServer.Master);
        writer.BinaryChange(7, TokenWriter.CollationBytes, []);
        writer.TextChange(2, "us_english", "");
        writer.LoginAcknowledgement();
        writer.TextChange(4, size.ToString(System.Globalization.CultureInfo.InvariantCulture), "4096");
        writer.Done(DoneKind.Done, DoneStatus.Final);
        _state = new SessionState(server.Databases, database, number);
        await _packets.WriteAsync(writer.Written, _gone.Token);
        _packets.PacketSize = size;
        return true;
    }

    // Reads on while a request runs, so that an attention can stop it.
    private async Task ReadAsync()
    {
        try
        {
            while (await _packets.ReadAsync(_gone.Token) is { } message)
            {
                if (message.Type == PacketType.Attention)
                {
                    lock (_sync)
                    {
                        _attentions++;
                        _running?.Cancel();
                    }
                }

                _messages.Writer.TryWrite(message);
            }
        }
        catch (Exception error)
            when (error
                    is IOException
                        or ObjectDisposedException
                        or OperationCanceledException
                        or InvalidDataException
                        or SocketException
            ) { }

        _messages.Writer.Complete();
        lock (_sync)
        {
            _gone.Cancel();
        }
    }

    private async Task AnswerAsync()
    {
        await foreach (var message in _messages.Reader.ReadAllAsync(_gone.Token))
        {
            await server.Faults.ThawedAsync(_gone.Token);
            var writer = new TokenWriter();
            if (message.Type == PacketType.Attention)
            {
                lock (_sync)
                {
                    _attentions--;
                }

                writer.Done(DoneKind.Done, DoneStatus.Attention);
            }
            else if (message.IsIgnored || !await AnswerAsync(message, writer))
            {
                continue;
            }

            await server.Faults.ThawedAsync(_gone.Token);
            await _packets.WriteAsync(writer.Written, _gone.Token);
        }
    }

    /// <summary>
    /// Runs a request; false where an attention came meanwhile, whose own answer is all that the client wants then.
    /// </summary>
    private async Task<bool> AnswerAsync(Message message, TokenWriter writer)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        lock (_sync)
        {
            _running = running;
        }

        try
        {
            _asked = Stopwatch.GetTimestamp();
            var request = _request = new Request(server, _state!, writer, running.Token);
            if (await request.RunAsync(message))
            {
                lock (_sync)
                {
                    _running = null;
                    return _attentions == 0;
                }
            }

            // A severe error ends the connection once it is told; a cut one is told nothing.
            if (request.TellsBeforeEnd)
            {
                await _packets.WriteAsync(writer.Written, _gone.Token);
            }

            Drop();
            throw new OperationCanceledException();
        }
        catch (OperationCanceledException) when (!_gone.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            lock (_sync)
            {
                _running = null;
            }
            if (Stopwatch.GetElapsedTime(_asked) > s_slow)
            {
                server.NoteSlow($"it took {Stopwatch.GetElapsedTime(_asked)}: {this}");
            }
            _request = null;
        }
    }
}
