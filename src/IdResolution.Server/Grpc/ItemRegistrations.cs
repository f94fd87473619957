using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Registration;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Grpc;

/// <summary>Registers items, and tells what was recorded with them and the holds on them. Thread-safe.</summary>
internal sealed class ItemRegistrations(Registrar registrar, ItemRegistrar items)
{
    /// <summary>Registers an item as a message says, with its links and events.</summary>
    public async Task<Result<RegisteredItem>> RegisterAsync(
        V1.RegisterRequest message,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (message.Links.Count + message.Events.Count > 0)
        {
            return (await items.RegisterAsync([MessageReader.Item(message)], caller, cancellationToken))[0];
        }
        if (!MessageReader.Registration(message).TryGet(out var request, out var error))
        {
            return error;
        }
        var result = await registrar.RegisterAsync(request, caller, cancellationToken);
        return result.TryGet(out var registered, out error)
            ? await TellAsync(registered, caller, cancellationToken)
            : error;
    }

    /// <summary>Registers items as messages say, with their links and events.</summary>
    public Task<Result<RegisteredItem>[]> RegisterAsync(
        IReadOnlyList<V1.RegisterRequest> messages,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        foreach (var message in messages)
        {
            if (message.Links.Count + message.Events.Count > 0)
            {
                return items.RegisterAsync([.. messages.Select(MessageReader.Item)], caller, cancellationToken);
            }
        }
        return RegisterAsync([.. messages.Select(MessageReader.Registration)], caller, cancellationToken);
    }

    /// <summary>Registers items that have none.</summary>
    public async Task<Result<RegisteredItem>[]> RegisterAsync(
        IReadOnlyList<Result<RegistrationRequest>> decoded,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var results = await registrar.RegisterAsync(decoded, caller, cancellationToken);
        var told = Array.ConvertAll(results, static one => one.IsOk ? new RegisteredItem(one.Value) : null);
        await items.TellHoldsAsync(told, caller, cancellationToken);
        var done = new Result<RegisteredItem>[results.Length];
        for (var i = 0; i < done.Length; i++)
        {
            done[i] = told[i] is { } item ? item : results[i].Error!;
        }
        return done;
    }

    /// <summary>A record that was changed, with the holds on it.</summary>
    public async ValueTask<RegisteredItem> TellAsync(
        Registered changed,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        RegisteredItem?[] told = [new RegisteredItem(changed)];
        await items.TellHoldsAsync(told, caller, cancellationToken);
        return told[0]!;
    }
}
