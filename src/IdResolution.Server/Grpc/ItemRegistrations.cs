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
        if (!MessageReader.Item(message).TryGet(out var item, out var error))
        {
            return error;
        }
        if (item.Count > 0)
        {
            return (await items.RegisterAsync([item], caller, cancellationToken))[0];
        }
        var result = await registrar.RegisterAsync(item.Request, caller, cancellationToken);
        return result.TryGet(out var registered, out error)
            ? await TellAsync(registered, caller, cancellationToken)
            : error;
    }

    /// <summary>Registers items, with their links and events.</summary>
    public Task<Result<RegisteredItem>[]> RegisterAsync(
        IReadOnlyList<Result<ItemRegistration>> decoded,
        Caller caller,
        CancellationToken cancellationToken
    ) => items.RegisterAsync(decoded, caller, cancellationToken);

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
