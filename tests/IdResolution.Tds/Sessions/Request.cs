using IdResolution.Tds.Language;
using IdResolution.Tds.Protocol;

namespace IdResolution.Tds.Sessions;

/// <summary>One request of a client: a batch, calls, or a change of the transaction.</summary>
internal sealed class Request(
    TdsServer server,
    SessionState session,
    TokenWriter writer,
    CancellationToken cancellation
)
{
    /// <summary>Whether the answer is sent before the connection ends.</summary>
    public bool TellsBeforeEnd { get; private set; }

    /// <summary>What is being run.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Puts the answer together; false where the connection must end.</summary>
    public async Task<bool> RunAsync(Message message)
    {
        if (message.ResetsConnection)
        {
            session.Reset();
            writer.BinaryChange(18, [], []);
        }

        switch (message.Type)
        {
            case PacketType.SqlBatch:
                var reader = new WireReader(message.Payload);
                reader.SkipHeaders();
                var text = reader.RestAsText();
                return await FaultyAsync(text, () => BatchAsync(text));
            case PacketType.Rpc:
                foreach (var call in RpcRequest.ReadAll(message.Payload))
                {
                    if (!await FaultyAsync(TextOf(call), () => CallAsync(call)))
                    {
                        return false;
                    }
                }

                return true;
            case PacketType.TransactionManager:
                return await TransactionAsync(new WireReader(message.Payload));
            default:
                throw new InvalidDataException("No request.");
        }
    }

    private static bool IsStatement(RpcRequest call) =>
        call is { Procedure: "sp_executesql", Parameters: [{ Value: string }, ..] };

    private static string TextOf(RpcRequest call) =>
        IsStatement(call) ? (string)call.Parameters[0].Value! : call.Procedure;

    private async Task<bool> FaultyAsync(string text, Func<Task> run)
    {
        server.Record(Text = text);
        var fault = server.Faults.Take(text);
        if (fault is null || fault.IsAfter)
        {
            await run();
            return fault is null;
        }

        // Above 19 the server ends the connection, as it does when a database moves or the server goes away.
        var isDeadlock = fault.Number == 1205;
        var endsConnection =
            fault.Number is 4060 or 10928 or 10929 or 40197 or 40501 or 40613 or 49918 or 49919 or 49920;
        if (session.TransactionCount > 0 && (isDeadlock || endsConnection || session.RollsBackOnError))
        {
            session.Rollback(writer);
        }

        var severity = (isDeadlock, endsConnection) switch
        {
            (true, _) => 13,
            (_, true) => 20,
            _ => 16,
        };
        writer.Error(new TSqlException(fault.Number, $"Error {fault.Number}, as the test wished.", (byte)severity));
        writer.Done(DoneKind.Done, DoneStatus.Error);
        TellsBeforeEnd = endsConnection;
        return !endsConnection;
    }

    private async Task BatchAsync(string text)
    {
        var batch = new Batch();
        var interpreter = new Interpreter(session, batch, writer, DoneKind.Done, cancellation);
        try
        {
            await interpreter.RunAsync(text);
        }
        finally
        {
            Forget(batch);
        }

        writer.Done(DoneKind.Done, interpreter.HasFailed ? DoneStatus.Error : DoneStatus.Final);
    }

    private void Forget(Batch batch)
    {
        foreach (var table in batch.Tables)
        {
            session.Run($"DROP TABLE IF EXISTS temp.[{table.ToLowerInvariant()}]");
        }
    }

    private async Task CallAsync(RpcRequest call)
    {
        var batch = new Batch();
        var interpreter = new Interpreter(session, batch, writer, DoneKind.InProcedure, cancellation);
        try
        {
            Assign(call, batch, interpreter);
            await interpreter.RunAsync(TextOf(call));
        }
        catch (TSqlException error)
        {
            if (session.TransactionCount > 0 && session.RollsBackOnError)
            {
                session.Rollback(writer);
            }

            interpreter.Report(error);
        }
        finally
        {
            Forget(batch);
        }

        writer.ReturnStatus(0);
        writer.Done(DoneKind.Procedure, interpreter.HasFailed ? DoneStatus.Error : DoneStatus.Final);
    }

    private static void Assign(RpcRequest call, Batch batch, Interpreter interpreter)
    {
        if (!IsStatement(call))
        {
            throw TSqlException.Syntax($"Outside this test server's scope: a call of {call.Procedure}.");
        }

        var declared = call.Parameters is [_, { Value: string text }, ..] ? Grammar.ReadParameters(text) : [];
        foreach (var one in declared)
        {
            var name = one.VariableName.Value;
            var sent =
                call.Parameters.Skip(2).FirstOrDefault(value => value.Name == name)
                ?? throw new TSqlException(8178, $"The query expects the parameter '{name}', which was not supplied.");
            if (sent.Value is TableValue table)
            {
                interpreter.Load(name, one.DataType.Name.BaseIdentifier.Value, table);
                continue;
            }

            batch.Variables[name] = (Translator.Type(one.DataType), null);
            batch.Assign(name, sent.Value, sent.Type);
        }
    }

    private async Task<bool> TransactionAsync(WireReader reader)
    {
        reader.SkipHeaders();
        var verb = reader.UInt16() switch
        {
            5 => "BEGIN",
            7 => "COMMIT",
            8 => "ROLLBACK",
            var other => throw new InvalidDataException($"Transaction request {other} is not known."),
        };
        return await FaultyAsync($"{verb} TRANSACTION", () => BatchAsync($"{verb} TRANSACTION"));
    }
}
