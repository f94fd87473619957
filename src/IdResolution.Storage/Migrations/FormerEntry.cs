using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Migrations;

/// <summary>
/// An entry of the log in format 1. Its commitments were <c>SHA-256(0x02 ‖ salt ‖ u16 length ‖ code ‖ value)</c>, its
/// states had no forms, and the business key was two values, <c>m:source</c> and <c>m:sourceKey</c>.
/// </summary>
internal static class FormerEntry
{
    /// <summary>Makes body and state of format 2.</summary>
    /// <exception cref="DatabaseUnusableException">The entry is not what its leaf or its commitments say.</exception>
    public static (byte[] Body, byte[] State) Convert(
        long sequence,
        byte[] body,
        byte[] leaf,
        byte[]? state,
        NodeCatalog catalog
    )
    {
        if (!LogBody.Leaf(body).AsSpan().SequenceEqual(leaf))
        {
            throw Damaged(sequence, "does not have the hash of its body", "的哈希与内容不符");
        }
        if (state is null || !LogBody.TryDecode(body, out var header, out var commitments))
        {
            throw Damaged(sequence, "cannot be read", "无法读取");
        }
        try
        {
            var converted = Convert(state, catalog);
            var kept = Unanswered(sequence, state, commitments);
            var made = new byte[kept.Length + (new StateReader(converted).Count * Commitments.Length)];
            kept.CopyTo(made, 0);
            Commitments.Fill(converted, made.AsSpan(kept.Length));
            Commitments.Sort(made);
            return (header.Encode(made), converted);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(sequence, $"has a state that cannot be read ({e.Message})", $"的状态无法读取（{e.Message}）");
        }
    }

    /// <summary>The number of values that a state of format 1 has in format 2.</summary>
    public static int CountConverted(byte[] state)
    {
        var reader = new StateReader(state);
        var count = reader.Count;
        while (reader.IsFormer && reader.Read())
        {
            count -= reader.Code.SequenceEqual("m:sourceKey"u8) ? 1 : 0;
        }
        return count;
    }

    public static DatabaseUnusableException Damaged(long sequence, string what, string whatZh) =>
        new(
            $"Entry {sequence.ToString(CultureInfo.InvariantCulture)} of the log {what}, so the log cannot be "
                + "migrated. idnode doctor of the version before tells more. Restore a backup.",
            $"日志条目 {sequence.ToString(CultureInfo.InvariantCulture)} {whatZh}，日志无法迁移。旧版本的 idnode doctor 可给出详情。请恢复备份。"
        );

    private static byte[] Convert(byte[] state, NodeCatalog catalog)
    {
        var writer = new StateWriter();
        Template? template = null;
        ReadOnlySpan<byte> source = default;
        ReadOnlySpan<byte> sourceSalt = default;
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (!source.IsEmpty)
            {
                var hasKey = reader.Code.SequenceEqual("m:sourceKey"u8);
                AddKeys(writer, source, sourceSalt, hasKey ? reader : default, hasKey);
                source = default;
                if (hasKey)
                {
                    continue;
                }
            }
            if (reader.Code.SequenceEqual("m:source"u8))
            {
                source = reader.Value;
                sourceSalt = reader.Salt;
                continue;
            }
            if (reader.Code.SequenceEqual("m:template"u8))
            {
                template = FindTemplate(reader.Value, catalog);
            }
            writer.Add(reader.Code, reader.Salt, FormOf(reader, template), reader.Value);
        }
        if (!source.IsEmpty)
        {
            AddKeys(writer, source, sourceSalt, default, false);
        }
        return writer.ToState();
    }

    /// <summary>
    /// The keys of a source have the salt that the key had; the key itself has that of the source. A source without key
    /// keeps its salt.
    /// </summary>
    private static void AddKeys(
        StateWriter writer,
        ReadOnlySpan<byte> source,
        ReadOnlySpan<byte> sourceSalt,
        StateReader key,
        bool hasKey
    )
    {
        var code = StateCodes.KeyPrefix + Encoding.UTF8.GetString(source);
        if (hasKey)
        {
            writer.AddList(code, key.Salt, sourceSalt, Encoding.UTF8.GetString(key.Value));
        }
        else
        {
            writer.AddList(code, sourceSalt, []);
        }
    }

    private static Template FindTemplate(ReadOnlySpan<byte> reference, NodeCatalog catalog)
    {
        var text = Encoding.UTF8.GetString(reference);
        var slash = text.LastIndexOf('/');
        return
            slash > 0
            && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && catalog.FindVersion(text[..slash], version) is { } template
            ? template
            : throw new InvalidDataException($"There is no template {text}.");
    }

    private static StateForm FormOf(StateReader entry, Template? template)
    {
        if (entry.Code.StartsWith("v:"u8))
        {
            return StateForm.Bytes;
        }
        return
            entry.Code.StartsWith("a:"u8) && template?.Find(Encoding.UTF8.GetString(entry.Code[2..])) is { } attribute
            ? StateEncoder.FormOf(attribute, Encoding.UTF8.GetString(entry.Value))
            : StateForm.Text;
    }

    /// <summary>The commitments whose values were erased. They stay as they are.</summary>
    private static byte[] Unanswered(long sequence, byte[] state, ReadOnlySpan<byte> commitments)
    {
        var left = new List<byte[]>();
        for (var at = 0; at < commitments.Length; at += Commitments.Length)
        {
            left.Add(commitments.Slice(at, Commitments.Length).ToArray());
        }
        var reader = new StateReader(state);
        while (reader.Read())
        {
            var commitment = Commitment(reader);
            var at = left.FindIndex(c => c.AsSpan().SequenceEqual(commitment));
            if (at < 0)
            {
                throw Damaged(
                    sequence,
                    $"does not commit to its {Encoding.UTF8.GetString(reader.Code)}",
                    $"的承诺值不含 {Encoding.UTF8.GetString(reader.Code)}"
                );
            }
            left.RemoveAt(at);
        }
        return [.. left.SelectMany(c => c)];
    }

    private static byte[] Commitment(StateReader entry)
    {
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)entry.Code.Length);
        return SHA256.HashData([2, .. entry.Salt, .. length, .. entry.Code, .. entry.Value]);
    }
}
