using System.Buffers.Binary;
using System.Text;
using IdResolution.Core.ChangeLog;
using IdResolution.Storage.Maintenance.Copying;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>Alters one bit of a stored value, at each place that means something of its own.</summary>
internal static class StoredBits
{
    /// <summary>All tables that a copy takes along, and the stock, which its reader makes.</summary>
    public static IReadOnlyList<CopyTable> All { get; } =
    [
        .. CopyTable.All,
        new("stock", ["place", "item", "unit", "holder", "template", "quantity", "age"], 4, ["place", "holder"]),
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Tables => All.Select(table => table.Name);

    /// <summary>The value with one bit altered, once for each place, and the name of the place.</summary>
    public static IEnumerable<(string Place, object Value)> Altered(string column, object value) =>
        (column, value) switch
        {
            ("body", byte[] body) => Bytes(body, BodyPlaces(body)),
            ("state", byte[] state) => Bytes(state, StatePlaces(state)),
            (_, byte[] bytes) => Bytes(bytes, [("first byte", 0), ("last byte", bytes.Length - 1)]),
            (_, string text) => Texts(text),
            (_, long number) => new[] { 0, 1, 40 }.Select(bit => ($"bit {bit}", (object)(number ^ (1L << bit)))),
            _ => throw new ArgumentException($"{column} holds a {value.GetType()}.", nameof(value)),
        };

    private static IEnumerable<(string, object)> Bytes(byte[] bytes, IEnumerable<(string Place, int At)> places)
    {
        foreach (var (place, at) in places)
        {
            var altered = bytes.ToArray();
            altered[at] ^= (byte)(1 << (at % 8));
            yield return (place, altered);
        }
    }

    private static IEnumerable<(string, object)> Texts(string text)
    {
        if (text.Length == 0)
        {
            yield break;
        }
        foreach (var at in new[] { 0, text.Length / 2, text.Length - 1 }.Distinct())
        {
            var altered = text.ToCharArray();
            altered[at] ^= (char)1;
            yield return ($"character {at}", new string(altered));
        }
    }

    private static IEnumerable<(string Place, int At)> BodyPlaces(byte[] body)
    {
        (string, int)[] header =
        [
            ("format", 0),
            ("kind", 1),
            ("operation", 2),
            ("object", 10),
            ("version", 18),
            ("time", 26),
            ("actor", 34),
            ("count", 38),
        ];
        return
        [
            .. header,
            .. Enumerable
                .Range(0, (body.Length - LogBody.HeaderLength) / Commitments.Length)
                .Select(i => ($"commitment {i}", LogBody.HeaderLength + (i * Commitments.Length) + (i % 32))),
        ];
    }

    private static List<(string Place, int At)> StatePlaces(byte[] state)
    {
        var places = new List<(string, int)> { ("format", 0), ("count, high", 1), ("count, low", 2) };
        var at = 3;
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(state.AsSpan(1)); left > 0; left--)
        {
            var codeLength = BinaryPrimitives.ReadUInt16BigEndian(state.AsSpan(at));
            var code = Encoding.UTF8.GetString(state, at + 2, codeLength);
            places.Add(($"{code}: length of the code", at + 1));
            places.Add(($"{code}: code", at + 1 + codeLength));
            at += 2 + codeLength;
            AddValue(code, state, ref at, places);
        }
        return places;
    }

    /// <summary>Adds the places of salt, form, length and value, and those of a list's elements.</summary>
    private static void AddValue(string of, byte[] state, ref int at, List<(string, int)> places)
    {
        places.Add(($"{of}: salt, begin", at));
        places.Add(($"{of}: salt, end", at + StateReader.SaltLength - 1));
        at += StateReader.SaltLength;
        var form = (StateForm)state[at];
        places.Add(($"{of}: form", at));
        at++;
        var length = BinaryPrimitives.ReadInt32BigEndian(state.AsSpan(at));
        places.Add(($"{of}: length, high", at));
        places.Add(($"{of}: length, low", at + 3));
        at += 4;
        var end = at + length;
        if (length > 0)
        {
            places.Add(($"{of}: value, begin", at));
            places.Add(($"{of}: value, end", end - 1));
        }
        if (form == StateForm.List)
        {
            var elements = BinaryPrimitives.ReadUInt16BigEndian(state.AsSpan(at));
            places.Add(($"{of}: number of elements", at + 1));
            at += 2;
            for (var i = 0; i < elements; i++)
            {
                AddValue($"{of}[{i}]", state, ref at, places);
            }
        }
        at = end;
    }
}
