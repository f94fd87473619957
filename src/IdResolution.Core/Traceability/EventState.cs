using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Writes an event as the state of a version, and reads single members of it (<c>docs/log-format.md</c>). Members have
/// the codes <c>e:NAME</c>; things, measurements and defects are JSON objects, and lists of them have a salt for each
/// element.
/// </summary>
public static class EventState
{
    /// <summary>The start of the code of a member; its name follows.</summary>
    public const string Prefix = "e:";

    // Numbers of more digits are texts, so that no reader of JSON shows another one (StateEncoder has the same rule).
    private const int MaxDigits = 15;

    // What a thread keeps; one large event must not cost its memory for ever.
    private const int MostKept = 16_384;

    // No more is escaped than JSON asks for.
    private static readonly JsonWriterOptions s_options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // One of each per thread, because the many small ones of an event cost more than what is written with them.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _bytes;

    [ThreadStatic]
    private static Utf8JsonWriter? _json;

    /// <summary>Encodes a checked event, with fresh salts.</summary>
    internal static byte[] Encode(EventContent content)
    {
        var request = content.Request;
        var state = new StateWriter();
        state.Add("e:type", EventNames.Of(content.Type));
        AddText(state, "e:as", content.As is { } meant ? EventNames.Of(meant) : null);
        state.Add("e:time", TimeText(content.Time));
        AddText(state, "e:zone", request.Zone);
        if (request.SourceKey is { } key)
        {
            state.AddList(StateCodes.KeyPrefix + request.Source, key);
        }
        AddText(state, "e:id", request.Id);
        AddThings(state, "e:items", content.Items);
        AddThings(state, "e:inputs", content.Inputs);
        AddThings(state, "e:outputs", content.Outputs);
        AddThing(state, "e:parent", content.Parent);
        AddThings(state, "e:children", content.Children);
        AddThings(state, "e:equipment", content.Equipment);
        AddThings(state, "e:tools", content.Tools);
        AddThings(state, "e:persons", content.Persons);
        AddThings(state, "e:documents", content.Documents);
        AddThing(state, "e:process", content.Process);
        AddThing(state, "e:step", content.Step);
        AddThing(state, "e:place", content.Place);
        AddText(state, "e:disposition", request.Disposition);
        AddText(state, "e:reason", request.Reason);
        AddText(state, "e:scope", ScopeName(content.Scope));
        AddText(state, "e:corrects", request.Corrects);
        AddList(state, "e:holds", request.Holds, static (writer, id) => writer.WriteStringValue(id));
        AddList(state, "e:measurements", content.Measurements, Write);
        AddList(state, "e:defects", content.Defects, Write);
        foreach (var (name, value) in request.Extensions)
        {
            state.Add(Prefix + name, value, StateForm.Json);
        }
        return state.ToState();
    }

    /// <summary>
    /// The HMAC of the event as given: what it says, whatever its key, whatever spelling of an identifier says it, and
    /// whatever the salts. Texts that have no part in the graph count as they are spelled.
    /// </summary>
    internal static byte[] Digest(EventContent content, byte[] state, NodeSecrets secrets)
    {
        var form = DigestInput.New();
        foreach (var member in content.Members)
        {
            form.Add([(byte)member.Role]);
            form.Add((member.Named ?? member.Item).Folded.Bytes);
            form.Add(member.Quantity);
            form.Add(member.Unit);
            form.Add(member.Position);
        }
        form.Add([]);
        foreach (var document in content.Documents)
        {
            form.Add(document.Type);
        }
        switch (content.Step)
        {
            case { Identifier: null } step:
                form.Add(step.Text);
                break;
            case { } step:
                form.Add(step.Key.Folded.Bytes);
                break;
        }
        form.Add([]);
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (
                !HoldsThings(reader.Code)
                && !IsKey(reader.Code)
                && !(content.Request.IsUntimed && reader.Code.SequenceEqual("e:time"u8))
            )
            {
                form.Add(reader.Code);
                AddValue(form, reader.Form, reader.Value);
            }
        }
        return secrets.Digest(form.Bytes);
    }

    /// <summary>The text of a member that is a text; null if the event has none.</summary>
    public static string? TextOf(StoredEvent stored, ReadOnlySpan<byte> code)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return TextOf(stored.State, code);
    }

    /// <summary>The id of the event that a state corrects; null where it corrects none.</summary>
    internal static string? CorrectedBy(ReadOnlySpan<byte> state) => TextOf(state, "e:corrects"u8);

    private static string? TextOf(ReadOnlySpan<byte> state, ReadOnlySpan<byte> code)
    {
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (reader.Code.SequenceEqual(code))
            {
                return Encoding.UTF8.GetString(reader.Value);
            }
        }
        return null;
    }

    /// <summary>The type as it was sent: <c>correct</c> for a correction, whatever it says is right.</summary>
    public static EventType TypeOf(StoredEvent stored) =>
        EventNames.TryParse(TextOf(stored, "e:type"u8), out EventType type) ? type : stored.Type;

    /// <summary>The name of what a hold is about; null for none.</summary>
    public static string? ScopeName(HoldScope? scope) =>
        scope switch
        {
            HoldScope.Item => "item",
            HoldScope.MadeFrom => "made-from",
            _ => null,
        };

    // These are told apart by what they name, so that the spelling does not count.
    internal static bool HoldsThings(ReadOnlySpan<byte> code) =>
        code.SequenceEqual("e:items"u8)
        || code.SequenceEqual("e:inputs"u8)
        || code.SequenceEqual("e:outputs"u8)
        || code.SequenceEqual("e:parent"u8)
        || code.SequenceEqual("e:children"u8)
        || code.SequenceEqual("e:equipment"u8)
        || code.SequenceEqual("e:tools"u8)
        || code.SequenceEqual("e:persons"u8)
        || code.SequenceEqual("e:documents"u8)
        || code.SequenceEqual("e:process"u8)
        || code.SequenceEqual("e:step"u8)
        || code.SequenceEqual("e:place"u8);

    private static bool IsKey(ReadOnlySpan<byte> code) => code.StartsWith("k:"u8) || code.SequenceEqual("e:id"u8);

    private static void AddValue(DigestInput form, StateForm kind, ReadOnlySpan<byte> value)
    {
        if (kind != StateForm.List)
        {
            form.Add(value);
            return;
        }
        var list = new StateList(value);
        while (list.Read())
        {
            form.Add(list.Value);
        }
    }

    private static void AddText(StateWriter state, string code, string? text)
    {
        if (text is not null)
        {
            state.Add(code, text);
        }
    }

    private static void AddThing(StateWriter state, string code, EventThing? thing)
    {
        if (thing is not null)
        {
            state.Add(code, Json(thing, Write), StateForm.Json);
        }
    }

    private static void AddThings(StateWriter state, string code, IReadOnlyList<EventThing> things) =>
        AddList(state, code, things, Write);

    private static void AddList<T>(
        StateWriter state,
        string code,
        IReadOnlyList<T> elements,
        Action<Utf8JsonWriter, T> write
    )
    {
        if (elements.Count == 0)
        {
            return;
        }
        state.BeginList(code);
        for (var i = 0; i < elements.Count; i++)
        {
            state.AddElement(Json(elements[i], write), StateForm.Json);
        }
        state.EndList();
    }

    /// <summary>A value as JSON, in bytes that the thread uses again.</summary>
    private static ReadOnlySpan<byte> Json<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var bytes = EmptyBytes();
        var writer = _json ??= new Utf8JsonWriter(bytes, s_options);
        writer.Reset(bytes);
        write(writer, value);
        writer.Flush();
        return bytes.WrittenSpan;
    }

    private static ArrayBufferWriter<byte> EmptyBytes()
    {
        if (_bytes is not { Capacity: <= MostKept } bytes)
        {
            return _bytes = new ArrayBufferWriter<byte>(1024);
        }
        bytes.ResetWrittenCount();
        return bytes;
    }

    private static void Write(Utf8JsonWriter writer, EventThing thing)
    {
        writer.WriteStartObject();
        WriteText(writer, "identifier", thing.Identifier?.Text);
        WriteText(writer, "text", thing.Text);
        WriteNumber(writer, "quantity", thing.Quantity);
        WriteText(writer, "unit", thing.Unit);
        WriteText(writer, "position", thing.Position);
        WriteText(writer, "type", thing.Type);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, EventMeasurement one)
    {
        writer.WriteStartObject();
        WriteText(writer, "characteristic", one.Characteristic);
        WriteNumber(writer, "value", one.Value);
        WriteText(writer, "text", one.Text);
        WriteText(writer, "unit", one.Unit);
        WriteNumber(writer, "low", one.Low);
        WriteNumber(writer, "high", one.High);
        WriteNumber(writer, "set", one.Set);
        WriteText(writer, "result", one.Result);
        WriteText(writer, "instrument", one.Instrument);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, EventDefect one)
    {
        writer.WriteStartObject();
        WriteText(writer, "code", one.Code);
        WriteNumber(writer, "count", one.Count);
        WriteText(writer, "note", one.Note);
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    /// <summary>Writes canonical decimal text as a number, or as a text where a reader of JSON may change it.</summary>
    private static void WriteNumber(Utf8JsonWriter writer, string name, string? number)
    {
        if (number is null)
        {
            return;
        }
        if (DigitsIn(number) > MaxDigits)
        {
            writer.WriteString(name, number);
            return;
        }
        writer.WritePropertyName(name);
        writer.WriteRawValue(number, skipInputValidation: true);
    }

    private static int DigitsIn(string number)
    {
        var digits = 0;
        foreach (var c in number)
        {
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        }
        return digits;
    }

    private static string TimeText(long micros) =>
        Micros.ToTime(micros).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
