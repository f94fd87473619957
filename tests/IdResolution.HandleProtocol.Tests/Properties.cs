using FsCheck;
using FsCheck.Fluent;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests;

/// <summary>Generators of what messages are made of.</summary>
internal static class Properties
{
    /// <summary>Mutation testing runs each property on fewer values: it runs all tests hundreds of times.</summary>
    public static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(
        Environment.GetEnvironmentVariable("IDR_PROPERTY_VALUES") is { } values ? int.Parse(values) : 120
    );

    public static Gen<string> Text { get; } =
        Gen.Elements("", "a", "Z", "/", ".", "88.300", "0.NA/", "é", "质量", "ſ", "\0", "\n", "\u0085", "😀")
            .ArrayOf()
            .Select(string.Concat);

    public static Gen<byte[]> Bytes { get; } = Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf();

    public static Gen<int> Int { get; } =
        Gen.OneOf(Gen.Choose(0, 400), Gen.Choose(int.MinValue, int.MaxValue), Gen.Elements(int.MinValue, int.MaxValue));

    public static Gen<ValueReference> Reference { get; } =
        from handle in Text
        from index in Int
        select new ValueReference(handle, index);

    public static Gen<HandleValue> Value { get; } =
        from index in Int
        from time in Int
        from ttl in Int
        from bits in Gen.Choose(0, 255)
        from type in Text
        from data in Bytes
        from references in Reference.ArrayOf()
        select new HandleValue
        {
            Index = index,
            Timestamp = (uint)time,
            Ttl = ttl,
            TtlType = (byte)(bits & 1),
            Permissions = (ValuePermissions)(bits & 0xF),
            Type = type,
            Data = data,
            References = references,
        };

    public static Gen<DigestField> Digest { get; } =
        from algorithm in Gen.Choose(0, 3)
        from bytes in Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf(DigestField.LengthOf((byte)algorithm))
        select new DigestField((byte)algorithm, bytes);

    public static Gen<SiteRecord> Site { get; } =
        from bits in Gen.Choose(0, 255)
        from serial in Gen.Choose(0, ushort.MaxValue)
        from filter in Text
        from attributes in (from name in Text from value in Text select new SiteAttribute(name, value)).ArrayOf()
        from servers in Server.ArrayOf()
        select new SiteRecord
        {
            Version = new ProtocolVersion(2, (byte)(bits & 0xF)),
            Serial = (ushort)serial,
            IsPrimary = (bits & 1) != 0,
            IsMultiPrimary = (bits & 2) != 0,
            HashOption = (SiteHashOption)(bits % 3),
            HashFilter = filter,
            Attributes = attributes,
            Servers = servers,
        };

    private static Gen<SiteServer> Server =>
        from id in Int
        from address in Gen.Elements("203.0.113.10", "0.0.0.0", "2001:db8::1", "::ffff:1.2.3.4", "fe80::1")
        from key in Bytes
        from interfaces in (
            from services in Gen.Choose(0, 3)
            from transport in Gen.Choose(0, 5)
            from port in Gen.Choose(0, int.MaxValue)
            select new SiteInterface((SiteServices)services, (SiteTransport)transport, port)
        ).ArrayOf()
        select new SiteServer(id, System.Net.IPAddress.Parse(address), key, interfaces);

    public static void ForAll<T>(Gen<T> values, Action<T> check) =>
        Prop.ForAll(values.ToArbitrary(), check).Check(Quick);
}
