using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Testing;

/// <summary>Writes of records as the core hands them to a store, for tests of stores alone.</summary>
public static class RecordWrites
{
    /// <summary>The code of the state entry that <c>content</c> goes to.</summary>
    public const string ContentCode = "a:note";

    /// <summary>2026-03-01T08:00:00Z.</summary>
    public const long Time = 1_772_352_000_000_000;

    /// <summary>A registration; its digest is that of template and content.</summary>
    public static RegisterRecord Registration(
        string identifier,
        string content = "",
        string? source = null,
        string? sourceKey = null,
        string? template = null
    )
    {
        IReadOnlyList<BusinessKey> keys = source is null ? [] : [new BusinessKey(source, sourceKey)];
        var state = State(identifier, content, "active", keys, template);
        IReadOnlyList<SideRow> first = sourceKey is null ? [] : [Key(source!, sourceKey)];
        return new RegisterRecord
        {
            Key = LookupKey.Of(identifier),
            Template = template,
            FirstKey = first,
            Rows = first,
            Digest = Digest($"{template}|{content}"),
            State = state,
            Commitments = Commitments.Of(state),
            Actor = 0,
            Time = Time,
        };
    }

    /// <summary>A change of a record as it was found.</summary>
    public static ChangeRecord Change(
        StoredRecord current,
        LogOperation operation,
        string content = "",
        string? template = null
    )
    {
        var record = RecordState.IdentifierOf(current);
        var status = operation == LogOperation.Revoke ? "revoked" : "active";
        var state = State(record, content, status, RecordState.KeysOf(current.State), template);
        return new ChangeRecord(operation)
        {
            Key = current.Key,
            ExpectedVersion = current.Version,
            Template = template,
            State = state,
            Commitments = Commitments.Of(state),
            Actor = 0,
            Time = Time + current.Version,
        };
    }

    /// <summary>A unique value.</summary>
    public static SideRow Unique(string value, string template = "mea", int index = 2000) =>
        UniqueValues.Row(template, index, "serial", value);

    /// <summary>
    /// A business key of a case-sensitive source, which a store alone knows by a number: here one made of its code.
    /// </summary>
    public static SideRow Key(string source, string key) =>
        BusinessKeys.Row(NumberOf(source), BusinessKeys.Fold(key, caseSensitive: true), key) with
        {
            Field = "sourceKey",
        };

    /// <summary>The number of a source in <see cref="Key"/>.</summary>
    public static long NumberOf(string source) =>
        System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(Digest(source)) & int.MaxValue;

    /// <summary>A value to search by.</summary>
    public static SideRow Search(string text, string template = "mea", int index = 2001) =>
        SearchValues.Row(template, index, text);

    /// <summary>A 32-byte digest of a text.</summary>
    public static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>The text of a state's entry, or null.</summary>
    public static string? Find(byte[] state, string code)
    {
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (Encoding.UTF8.GetString(reader.Code) == code)
            {
                return Encoding.UTF8.GetString(reader.Value);
            }
        }
        return null;
    }

    private static byte[] State(
        string identifier,
        string content,
        string status,
        IReadOnlyList<BusinessKey> keys,
        string? template
    )
    {
        var state = new StateWriter();
        state.Add(StateCodes.Identifier, identifier);
        if (template is not null)
        {
            state.Add(StateCodes.Template, template + "/1");
        }
        state.Add(StateCodes.Status, status);
        foreach (var (source, key) in keys)
        {
            state.AddList(StateCodes.KeyPrefix + source, key is null ? [] : [key]);
        }
        if (content.Length > 0)
        {
            state.Add(ContentCode, content);
        }
        return state.ToState();
    }
}
