using IdResolution.Tds.Language;
using IdResolution.Tds.Protocol;

namespace IdResolution.Tds.Sessions;

/// <summary>One request of a client: a batch, calls, or a change of the transaction.</summary>
internal sealed class Request(TdsServer server, SessionState session, TokenWriter writer, CancellationToken cancellation)
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

    private static string TextOf(RpcRequest call) => call.Procedure.Equals("sp_executesql", StringComparison.OrdinalIgnoreCase) && call.Parameters is [{ Value: string sql }, ..] ? sql : call.Procedure;

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
        var endsConnection = fault.Number is 4060 or 10928 or 10929 or 40197 or 40501 or 40613 or 49918 or 49919 or 49920;
        if (session.TransactionCount > 0 && (isDeadlock || endsConnection || session.RollsBackOnError))
        {
            session.Rollback(writer);
        }

        writer.Error(new TSqlException(fault.Number, $"Error {fault.Number}, as the test wished.", (byte)(isDeadlock ? 13 : endsConnection ? 20 : 16)));
        writer.Done(DoneKind.Done, DoneStatus.Error);
        TellsBeforeEnd = endsConnection;
        return !endsConnection;
    }

    private Interpreter Interpreter(Batch batch, DoneKind kind) => new(session, batch, writer, kind, cancellation);

    private async Task BatchAsync(string text)
    {
        var batch = new Batch();
        var interpreter = Interpreter(batch, DoneKind.Done);
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
        var interpreter = Interpreter(batch, DoneKind.InProcedure);
        var status = 0;
        List<RpcParameter> outputs = [];
        try
        {
            if (call.Procedure.Equals("sp_executesql", StringComparison.OrdinalIgnoreCase))
            {
                await ExecuteSqlAsync(call, batch, interpreter, outputs);
            }
            else
            {
                status = await interpreter.ProcedureAsync(call.Procedure, call.Parameters.ToDictionary(one => one.Name, one => one.Value, StringComparer.OrdinalIgnoreCase));
            }
        }
        catch (TSqlException error)
        {
            if (session.TransactionCount > 0 && (session.RollsBackOnError || error.Number == 1205))
            {
                session.Rollback(writer);
            }

            interpreter.Report(error);
        }
        finally
        {
            Forget(batch);
        }

        writer.ReturnStatus(status);
        for (var index = 0; index < outputs.Count; index++)
        {
            var (type, value) = batch.Variables[outputs[index].Name];
            writer.ReturnValue(index, outputs[index].Name, type, value);
        }

        writer.Done(DoneKind.Procedure, interpreter.HasFailed ? DoneStatus.Error : DoneStatus.Final);
    }

    private static async Task ExecuteSqlAsync(RpcRequest call, Batch batch, Interpreter interpreter, List<RpcParameter> outputs)
    {
        if (call.Parameters is not [{ Value: string text }, ..])
        {
            throw new TSqlException(214, "Procedure expects parameter '@statement' of type 'ntext/nchar/nvarchar'.");
        }

        var declared = call.Parameters is [_, { Value: string declarations }, ..] ? Grammar.ReadParameters(declarations) : [];
        foreach (var one in declared)
        {
            var name = one.VariableName.Value;
            var value = call.Parameters.Skip(2).FirstOrDefault(sent => sent.Name == name)
                ?? throw new TSqlException(8178, $"The parameterized query expects the parameter '{name}', which was not supplied.");
            if (value.Value is TableValue table)
            {
                interpreter.Load(name, one.DataType.Name.BaseIdentifier.Value, table);
                continue;
            }

            batch.Variables[name] = (Translator.Type(one.DataType), null);
            batch.Assign(name, value.Value, value.Type);
            if (value.IsOutput)
            {
                outputs.Add(value with { Name = name });
            }
        }

        await interpreter.RunAsync(text);
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
