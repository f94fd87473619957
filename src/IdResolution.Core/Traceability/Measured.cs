using System.Globalization;
using System.Text;
using System.Text.Json;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>What was measured, as the state of an event has it. What was erased is left out.</summary>
/// <param name="Characteristic">What was measured.</param>
/// <param name="Value">The value, as canonical decimal text; null where it is no number.</param>
/// <param name="Unit">The unit; null where nobody said.</param>
/// <param name="Text">The value where it is no number.</param>
/// <param name="Instrument">What it was measured with; null where nobody said.</param>
internal readonly record struct Measured(
    string Characteristic,
    string? Value,
    string? Unit,
    string? Text,
    string? Instrument
)
{
    /// <summary>The value as a floating number; not finite where it is beyond such, or none.</summary>
    public double Number =>
        Value is null ? double.NaN : double.Parse(Value, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>What an event measured.</summary>
    /// <param name="stored">The event.</param>
    /// <param name="into">Gets them.</param>
    /// <returns>The step that the event names; null for none.</returns>
    public static string? Read(StoredEvent stored, List<Measured> into)
    {
        string? step = null;
        var reader = new StateReader(stored.State);
        while (reader.Read())
        {
            if (reader.Code.SequenceEqual("e:step"u8))
            {
                step = StepOf(reader.Value);
            }
            else if (reader.Code.SequenceEqual("e:measurements"u8) && reader.Form == StateForm.List)
            {
                Add(new StateList(reader.Value), into);
            }
        }
        return step;
    }

    private static void Add(StateList list, List<Measured> into)
    {
        while (list.Read())
        {
            if (!list.IsErased && Of(list.Value) is { } one)
            {
                into.Add(one);
            }
        }
    }

    private static Measured? Of(ReadOnlySpan<byte> json)
    {
        var (characteristic, value, unit) = (default(string), default(string), default(string));
        var (text, instrument) = (default(string), default(string));
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }
            if (reader.ValueTextEquals("characteristic"u8))
            {
                characteristic = TextOf(ref reader);
            }
            else if (reader.ValueTextEquals("value"u8))
            {
                value = TextOf(ref reader);
            }
            else if (reader.ValueTextEquals("unit"u8))
            {
                unit = TextOf(ref reader);
            }
            else if (reader.ValueTextEquals("text"u8))
            {
                text = TextOf(ref reader);
            }
            else if (reader.ValueTextEquals("instrument"u8))
            {
                instrument = TextOf(ref reader);
            }
        }
        return characteristic is null ? null : new Measured(characteristic, value, unit, text, instrument);
    }

    private static string? StepOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (
                reader.TokenType == JsonTokenType.PropertyName
                && (reader.ValueTextEquals("identifier"u8) || reader.ValueTextEquals("text"u8))
            )
            {
                return TextOf(ref reader);
            }
        }
        return null;
    }

    private static string? TextOf(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number
            ? Encoding.UTF8.GetString(reader.ValueSpan)
            : reader.GetString();
    }
}
