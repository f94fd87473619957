using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>
/// The checked content of a record: canonical attribute values by position in the template, and raw values by index.
/// </summary>
internal sealed class RecordContent
{
    public RecordContent(Template? template, string?[] attributes, RawValue[] values)
    {
        Template = template;
        Attributes = attributes;
        Values = values;
    }

    public Template? Template { get; }

    /// <summary>In the order of the template's attributes; null for an attribute without a value.</summary>
    public string?[] Attributes { get; }

    /// <summary>Ascending by index. Secrets are in their plain form until <see cref="Seal"/>.</summary>
    public RawValue[] Values { get; }

    /// <summary>Reads the content of a stored record, without checking it by the rules of its template.</summary>
    public static RecordContent Of(Template? template, StoredRecord record)
    {
        var attributes = template is null ? [] : new string?[template.Attributes.Count];
        var values = new List<RawValue>();
        var reader = new StateReader(record.State);
        while (reader.Read())
        {
            if (reader.Code.StartsWith("a:"u8))
            {
                if (
                    template is not null
                    && template.PositionOf(Encoding.UTF8.GetString(reader.Code[2..])) is var position and >= 0
                )
                {
                    attributes[position] = Encoding.UTF8.GetString(reader.Value);
                }
            }
            else if (
                reader.Code.StartsWith("v:"u8)
                && RawValue.TryDecode(int.Parse(reader.Code[2..]), reader.Value, out var value)
            )
            {
                values.Add(value);
            }
        }
        return new RecordContent(template, attributes, [.. values]);
    }

    /// <summary>
    /// The same content with secrets encrypted for its record, as it is stored. A secret that has not changed keeps the
    /// bytes it had, unless an earlier version bound them to no record.
    /// </summary>
    public RecordContent Seal(NodeSecrets secrets, LookupKey record, RecordContent? previous = null) =>
        Array.Exists(Values, v => v.IsSecret)
            ? new RecordContent(
                Template,
                Attributes,
                Array.ConvertAll(Values, v => v.IsSecret ? Sealed(v, secrets, record, previous) : v)
            )
            : this;

    public bool SameAs(RecordContent other)
    {
        if (
            !ReferenceEquals(Template, other.Template)
            || !Attributes.AsSpan().SequenceEqual(other.Attributes)
            || Values.Length != other.Values.Length
        )
        {
            return false;
        }
        for (var i = 0; i < Values.Length; i++)
        {
            if (
                Values[i].Index != other.Values[i].Index
                || !Values[i].Encode().AsSpan().SequenceEqual(other.Values[i].Encode())
            )
            {
                return false;
            }
        }
        return true;
    }

    private static RawValue Sealed(RawValue value, NodeSecrets secrets, LookupKey record, RecordContent? previous)
    {
        var before = previous is null ? null : Array.Find(previous.Values, v => v.Index == value.Index && v.IsSecret);
        return ReferenceEquals(value, before)
            ? value
            : value with
            {
                Data =
                    before is not null
                    && NodeSecrets.IsBound(before.Data)
                    && CryptographicOperations.FixedTimeEquals(
                        secrets.Decrypt(before.Data, before.OwnerIn(record)),
                        value.Data
                    )
                        ? before.Data
                        : secrets.Encrypt(value.Data, value.OwnerIn(record)),
            };
    }
}
