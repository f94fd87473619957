using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using IdResolution.Tds.Engine;
using IdResolution.Tds.Language;
using IdResolution.Tds.Sessions;

namespace IdResolution.Tds;

/// <summary>
/// A test double of SQL Server: it speaks TDS 7.4 on a loopback port, so that the real Microsoft.Data.SqlClient
/// connects to it, and runs the T-SQL of the store over SQLite. It shows that client code, parameters and statements
/// hold together; it says nothing about a real server's locks, plans or speed.
/// </summary>
public sealed class TdsServer : IAsyncDisposable
{
    internal const string Master = "master";

    private readonly ConcurrentDictionary<Session, Task> _sessions = new();
    private readonly ConcurrentDictionary<TdsReplica, byte> _replicas = new();
    private readonly ConcurrentQueue<string> _slow = new();
    private readonly Lock _sync = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<string> _executed = [];
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _port;
    private int _numbers = 50;

    /// <summary>Makes a server, which is not listening yet, with the database <c>master</c>.</summary>
    public TdsServer()
    {
        // The grammar's first use takes its time, which is no client's.
        Grammar.Warm();
        Databases.Create(Master);
    }

    internal DatabaseSet Databases { get; } = new();

    internal Faults Faults { get; } = new();

    /// <summary>Every login from now on fails with error 18456.</summary>
    public bool RefusesLogins { get; set; }

    /// <summary>No login may create or alter anything from now on (errors 262 and 5011).</summary>
    public bool ForbidsDefinitions
    {
        get => Databases.ForbidsDefinitions;
        set => Databases.ForbidsDefinitions = value;
    }

    /// <summary>The port of this server; 0 before its first start.</summary>
    public int Port => _port;

    /// <summary>The connections that there are now.</summary>
    public int Connections => _sessions.Count;

    /// <summary>The different texts that clients have sent, in the order of their first arrival.</summary>
    public IReadOnlyList<string> Executed
    {
        get
        {
            lock (_sync)
            {
                return [.. _executed];
            }
        }
    }

    /// <summary>
    /// What each connection is doing, which locks there are, what took long and what this server could not do, for a
    /// test that hangs or fails.
    /// </summary>
    public string Describe() =>
        string.Join(
            '\n',
            [
                $"port {Port}, {_numbers - 50} connections so far",
                .. _sessions.Keys.Select(session => session.ToString()),
                .. Databases.Locks.Describe(),
                .. _slow,
                .. Databases.Unable,
            ]
        );

    /// <summary>
    /// Listens on a loopback port; after <see cref="StopAsync"/> on the same one, with the same databases.
    /// </summary>
    public TdsServer Start()
    {
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Start(512);
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener);
        return this;
    }

    /// <summary>Stops listening and cuts every connection; the databases stay.</summary>
    public async Task StopAsync()
    {
        _listener?.Stop();
        await _accepting;
        DropConnections();
        await Task.WhenAll(_sessions.Values);
    }

    /// <summary>What a client connects with.</summary>
    // In TLS, as is SqlClient's default: in the clear 7.1.1 misreads answers whose packet's header comes in two pieces
    // (compare dotnet/SqlClient issue 3519).
    public string ConnectionString(string database = Master) =>
        $"Server=tcp:127.0.0.1,{Port};Database={database};User ID=sa;Password=any;Connect Timeout=10;"
        + $"Encrypt=Strict;ServerCertificate={ServerCertificate.File}";

    /// <summary>
    /// The next batch, call or transaction request whose text fits (<c>COMMIT TRANSACTION</c> and such for the latter)
    /// is answered with an error. With <paramref name="after"/> it is carried out, and then the connection is cut
    /// without an answer.
    /// </summary>
    public void FailNext(int number, Predicate<string> text, bool after = false) =>
        Faults.Plan(new Faults.Fault(number, text, after));

    /// <summary>Answers nothing any more, not even new connections; none is closed.</summary>
    public void Freeze() => Faults.Freeze();

    /// <summary>Ends <see cref="Freeze"/>.</summary>
    public void Thaw() => Faults.Thaw();

    /// <summary>Cuts every connection.</summary>
    public void DropConnections()
    {
        foreach (var session in _sessions.Keys)
        {
            session.Drop();
        }
    }

    /// <summary>
    /// A read-only copy of a database behind a port of its own. A lagging one shows what there was when it was made or
    /// last refreshed; another is the database itself, refusing writes.
    /// </summary>
    public TdsReplica CreateReplica(string database, bool lagging = true)
    {
        var replica = new TdsReplica(
            Databases.Find(database)
                ?? throw new ArgumentException($"There is no database '{database}'.", nameof(database)),
            lagging
        );
        _replicas.TryAdd(replica, 0);
        return replica;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas.Keys)
        {
            await replica.DisposeAsync();
        }

        Thaw();
        await StopAsync();
        _listener?.Dispose();
        Databases.Dispose();
    }

    internal void Record(string text)
    {
        lock (_sync)
        {
            if (_seen.Add(text))
            {
                _executed.Add(text);
            }
        }
    }

    internal void NoteSlow(string request) => _slow.Enqueue(request);

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync();
                socket.NoDelay = true;
                var session = new Session(this, socket, Interlocked.Increment(ref _numbers));
                _sessions[session] = Task.CompletedTask;
                _sessions[session] = Task.Run(() => ServeAsync(session));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Session session)
    {
        using (session)
        {
            await session.RunAsync();
        }

        _sessions.TryRemove(session, out _);
    }
}
