using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Erases elements of lists and texts from all versions of an event, such as the name of a person. What is linked by
/// the event stays linked, unless the link itself is erased. Thread-safe.
/// </summary>
public sealed partial class EventEraser(
    IEventStore store,
    IEventUpkeep upkeep,
    EventIds ids,
    Auditor auditor,
    TimeProvider time
)
{
    /// <summary>The audited action.</summary>
    public const string Erasing = "event.erase";

    // Without these the rows of an event would not be those of its state any more.
    private static readonly string[] s_kept = ["type", "as", "time", "parent", "process", "scope", "corrects"];

    /// <summary>Erases members of an event.</summary>
    /// <param name="id">The id of the event.</param>
    /// <param name="members">
    /// Each a member, such as <c>reason</c>, or an element of a list, as <c>persons[0]</c>.
    /// </param>
    /// <param name="caller">Who erases; needs role admin.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The version that the event has then.</returns>
    public async Task<Result<long>> EraseAsync(
        string? id,
        IReadOnlyList<string> members,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(members);
        if (AccessPolicy.RequireOfNode(caller, Role.Admin) is { } refused)
        {
            return refused;
        }
        while (true)
        {
            var stored = ids.TryParse(id, out var number) ? await store.FindAsync(number, cancellationToken) : null;
            if (stored is null)
            {
                return EventErrors.NoEvent(id);
            }
            var faults = new Faults();
            var (values, rows) = (new List<ErasedValue>(), new List<int>());
            foreach (var member in members)
            {
                Choose(stored.State, member, values, rows, faults);
            }
            if (faults.TryCombine(out var error))
            {
                return error;
            }
            var erasure = new EventErasure
            {
                Object = stored.Object,
                ExpectedVersion = stored.Version,
                Values = values,
                Rows = rows,
                Actor = caller.Actor,
                Time = Micros.Now(time),
            };
            // Where another one erased meanwhile, the version is another: look again.
            if (await upkeep.EraseAsync(erasure, cancellationToken) is { } erased)
            {
                var target = $"{ids.Of(stored.Object)} {string.Join(' ', members)}";
                await auditor.DoneAsync(caller, Erasing, target, CancellationToken.None);
                return erased.Version;
            }
        }
    }

    private static void Choose(byte[] state, string member, List<ErasedValue> values, List<int> rows, Faults faults)
    {
        var match = MemberForm().Match(member);
        var name = match.Groups["name"].Value;
        var index = match.Groups["index"] is { Success: true, Value: var digits }
            ? int.Parse(digits, CultureInfo.InvariantCulture)
            : (int?)null;
        var count = match.Success ? CountOf(state, EventState.Prefix + name) : null;
        if (
            count is not { } elements
            || s_kept.Contains(name)
            || (elements < 0) != (index is null)
            || index >= elements
        )
        {
            faults.Add(
                Error.Of(
                    ErrorCode.InvalidValue,
                    $"{member}: the event has no such member that can be erased. It has: {Erasable(state)}.",
                    $"{member}：该事件没有可擦除的此字段。现有：{Erasable(state)}。",
                    "member"
                )
            );
            return;
        }
        values.Add(new ErasedValue(EventState.Prefix + name, index));
        if (LoggedEvent.RowOf(state, EventState.Prefix + name, index ?? 0) is { } row)
        {
            rows.Add(row);
        }
    }

    /// <summary>
    /// The number of elements of a list, -1 for what is no list; null where the event does not have it.
    /// </summary>
    private static int? CountOf(byte[] state, string code)
    {
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (Encoding.UTF8.GetString(reader.Code) == code)
            {
                return reader.Form == StateForm.List ? new StateList(reader.Value).Count : -1;
            }
        }
        return null;
    }

    private static string Erasable(byte[] state)
    {
        var names = new List<string>();
        var reader = new StateReader(state);
        while (reader.Read())
        {
            var code = Encoding.UTF8.GetString(reader.Code);
            if (!code.StartsWith(EventState.Prefix, StringComparison.Ordinal) || s_kept.Contains(code[2..]))
            {
                continue;
            }
            names.Add(
                reader.Form == StateForm.List ? $"{code[2..]}[0…{new StateList(reader.Value).Count - 1}]" : code[2..]
            );
        }
        return string.Join(", ", names);
    }

    [GeneratedRegex(@"^(?<name>[^\[\]]+)(\[(?<index>[0-9]{1,5})\])?$", RegexOptions.CultureInvariant)]
    private static partial Regex MemberForm();
}
