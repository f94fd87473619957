using System.Collections.Concurrent;
using System.Text;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Access;

/// <summary>
/// Tells what the grants of a partner, its own and those of its groups, show of an item. While they stay the same it is
/// the same object, so what was decided by it holds as long. When a grant begins and ends is looked at when it is used.
/// Thread-safe.
/// </summary>
public sealed class PartnerSight
{
    // So many unions of grants are kept. Few come about, since most items of a template are covered by the same.
    private const int MostViews = 1_024;

    private readonly GrantScope[] _scopes;
    private readonly byte[][] _codes;
    private readonly DateTimeOffset[] _turns;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, GrantedView> _views = new(StringComparer.Ordinal);

    internal PartnerSight(IReadOnlyList<Grant> grants, TimeProvider time)
    {
        var attributes = new List<string>();
        _scopes = [.. grants.Select(grant => new GrantScope(grant, attributes))];
        _codes = [.. attributes.Select(code => Encoding.UTF8.GetBytes(AttributeDefinition.StatePrefix + code))];
        _turns =
        [
            .. grants.SelectMany(static g => new[] { g.From, g.Until }).OfType<DateTimeOffset>().Distinct().Order(),
        ];
        _time = time;
    }

    /// <summary>The sight of a partner without grants.</summary>
    public static PartnerSight Blind { get; } = new([], TimeProvider.System);

    /// <summary>The ids of the grants that it is made of.</summary>
    internal IEnumerable<string> Grants => _scopes.Select(static s => s.Grant.Id);

    /// <summary>What is shown now of the item with a stored state; null for nothing.</summary>
    public GrantedView? Of(ReadOnlySpan<byte> state) =>
        Decide(state, _scopes.Length == 0 ? default : _time.GetUtcNow());

    /// <summary>
    /// The same, with the time until which that holds; <see cref="DateTimeOffset.MaxValue"/> for no end.
    /// </summary>
    internal GrantedView? Of(ReadOnlySpan<byte> state, out DateTimeOffset until)
    {
        var now = _turns.Length == 0 ? DateTimeOffset.MinValue : _time.GetUtcNow();
        var next = Array.FindIndex(_turns, turn => turn > now);
        until = next < 0 ? DateTimeOffset.MaxValue : _turns[next];
        return Decide(state, now);
    }

    /// <summary>True if an attribute is shown of some item, by a grant that holds now.</summary>
    internal bool MayShow(AttributeDefinition attribute)
    {
        var now = _scopes.Length == 0 ? default : _time.GetUtcNow();
        return Array.Exists(
            _scopes,
            scope =>
                scope.Grant.HoldsAt(now)
                && Projection.Of(scope.Grant.Fields.Visibility, scope.Grant.Fields.Attributes).Shows(attribute)
        );
    }

    /// <summary>True if a time has come. Asks no clock where there is none.</summary>
    internal bool HasCome(DateTimeOffset until) => until != DateTimeOffset.MaxValue && _time.GetUtcNow() >= until;

    private GrantedView? Decide(ReadOnlySpan<byte> state, DateTimeOffset now)
    {
        if (_scopes.Length == 0)
        {
            return null;
        }
        var values = new IReadOnlyList<string>?[_codes.Length];
        var template = Read(state, values);
        // Which grants cover the item, a character for each.
        var covering = new char[_scopes.Length];
        var any = false;
        for (var i = 0; i < _scopes.Length; i++)
        {
            var covers = _scopes[i].Grant.HoldsAt(now) && _scopes[i].Covers(template, values);
            covering[i] = covers ? '1' : '0';
            any |= covers;
        }
        return any ? View(covering) : null;
    }

    private GrantedView View(char[] covering)
    {
        if (_views.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(covering, out var known))
        {
            return known;
        }
        var made = new GrantedView([.. _scopes.Where((_, i) => covering[i] == '1').Select(static s => s.Grant)]);
        return _views.Count < MostViews ? _views.GetOrAdd(new string(covering), made) : made;
    }

    /// <summary>The code of the template or null, and the values of the attributes that grants name.</summary>
    private string? Read(ReadOnlySpan<byte> state, IReadOnlyList<string>?[] values)
    {
        string? template = null;
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (reader.Code.SequenceEqual("m:template"u8))
            {
                template = Encoding.UTF8.GetString(reader.Value[..Math.Max(reader.Value.LastIndexOf((byte)'/'), 0)]);
            }
            for (var i = 0; i < _codes.Length; i++)
            {
                if (reader.Code.SequenceEqual(_codes[i]))
                {
                    values[i] = Items(reader.Form, Encoding.UTF8.GetString(reader.Value));
                }
            }
        }
        return template;
    }

    private static IReadOnlyList<string> Items(StateForm form, string text) =>
        form == StateForm.Json && text.StartsWith('[') ? ValueCodec.Items(text) : [text];
}
