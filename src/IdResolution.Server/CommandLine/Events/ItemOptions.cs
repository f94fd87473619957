using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.CommandLine.Events;

/// <summary>
/// The options of a verb that name an item in place of its identifier: with its business key, or with a search that
/// finds it.
/// </summary>
/// <param name="named">What they take the place of.</param>
/// <param name="source">The name of the option for the source.</param>
/// <param name="key">The name of the option for the key.</param>
/// <param name="prefix">The name of the option for the prefix.</param>
internal sealed class ItemOptions(
    string named = "ID",
    string source = "--source",
    string key = "--source-key",
    string prefix = "--prefix"
)
{
    private readonly Option<string> _source = new(source)
    {
        Description = $"In place of {named}: the system that knows the item, with {key}.",
        HelpName = "SOURCE",
    };

    private readonly Option<string> _sourceKey = new(key)
    {
        Description = "The item's key in that system.",
        HelpName = "KEY",
    };

    private readonly Option<string> _prefix = new(prefix)
    {
        Description = $"With {key}: the item's prefix, where items of several prefixes have the key.",
        HelpName = "PREFIX",
    };

    private readonly Option<string> _find = new("--find")
    {
        Description = $"In place of {named}: TEMPLATE:ATTRIBUTE=VALUE, a searchable attribute that one item has so.",
        HelpName = "SEARCH",
    };

    /// <summary>An argument with the identifier of an item, or with nothing where an option names it.</summary>
    public static Argument<string?> Id() =>
        new("ID")
        {
            Description = "The identifier of the item, or its URI; or one of the options with its key.",
            Arity = ArgumentArity.ZeroOrOne,
        };

    /// <summary>Gives a verb the options.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_source);
        command.Options.Add(_sourceKey);
        command.Options.Add(_prefix);
        command.Options.Add(_find);
    }

    /// <summary>True if one of the options is given.</summary>
    public bool IsGiven(ParseResult parsed) =>
        new[] { _source, _sourceKey, _prefix, _find }.Any(option => parsed.GetValue(option) is not null);

    /// <summary>Finds the item. Errors name the argument and the options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="node">The node.</param>
    /// <param name="text">The identifier, or what else they take the place of; null for none.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<Result<ItemName>> FindAsync(
        ParseResult parsed,
        NodeContainer node,
        string? text,
        CancellationToken cancellationToken
    )
    {
        var asked = new ItemAsked(
            text,
            parsed.GetValue(_source),
            parsed.GetValue(_sourceKey),
            parsed.GetValue(_prefix)
        );
        if (parsed.GetValue(_find) is { } find)
        {
            if (!ItemSearch.Parse(find, _find.Name).TryGet(out var search, out var error))
            {
                return error;
            }
            asked = asked with { Search = search };
        }
        var field = asked.Search is null || text is not null ? named : _find.Name;
        var found = await node.Get<ThingFinder>().NameAsync(asked, field, Caller.CommandLine, cancellationToken);
        return found.IsOk ? found : ErrorFields.Called(found.Error, OptionOf);
    }

    /// <summary>The same where the text may be none, or no identifier: it is given back as it is.</summary>
    public async ValueTask<Result<ItemAsked>> NameAsync(
        ParseResult parsed,
        NodeContainer node,
        string? text,
        CancellationToken cancellationToken
    )
    {
        if (!IsGiven(parsed))
        {
            return new ItemAsked(text);
        }
        var found = await FindAsync(parsed, node, text, cancellationToken);
        return found.TryGet(out var name, out var error) ? new ItemAsked(name.Text) : error;
    }

    private string OptionOf(string field) =>
        field switch
        {
            "source" => source,
            "sourceKey" => key,
            "prefix" => prefix,
            _ => field,
        };
}
