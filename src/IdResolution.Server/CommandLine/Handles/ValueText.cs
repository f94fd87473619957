using System.Globalization;
using System.Text.Unicode;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>
/// Writes Handle values for people at a terminal, one line each. The values come from others, so nothing in them may
/// control the terminal.
/// </summary>
internal static class ValueText
{
    private const int MaxHexBytes = 32;

    private static readonly AdminPermissions[] s_rights =
    [
        .. Enum.GetValues<AdminPermissions>()
            .Where(right => right is not (AdminPermissions.None or AdminPermissions.All)),
    ];

    public static string Of(HandleValue value)
    {
        var ttl =
            value.TtlType == 0 ? value.Ttl.ToString(CultureInfo.InvariantCulture) : "until " + Time((uint)value.Ttl);
        var references =
            value.References.Count == 0
                ? ""
                : $" references={TerminalText.OneLine(string.Join(',', value.References))}";
        var type = TerminalText.OneLine(value.Type);
        return $"index={value.Index} type={type} ttl={ttl} {Permissions(value.Permissions)} "
            + $"{Time(value.Timestamp)}{references} {Data(value)}";
    }

    private static string Permissions(ValuePermissions permissions) =>
        string.Create(
            4,
            permissions,
            static (text, bits) =>
            {
                text[0] = bits.HasFlag(ValuePermissions.AdminRead) ? 'r' : '-';
                text[1] = bits.HasFlag(ValuePermissions.AdminWrite) ? 'w' : '-';
                text[2] = bits.HasFlag(ValuePermissions.PublicRead) ? 'r' : '-';
                text[3] = bits.HasFlag(ValuePermissions.PublicWrite) ? 'w' : '-';
            }
        );

    private static string Time(uint seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Data(HandleValue value) =>
        value.Type.ToUpperInvariant() switch
        {
            "HS_ADMIN" when AdminRecord.TryRead(value.Data, out var admin) =>
                $"[{TerminalText.OneLine(admin.Administrator.ToString())} may {Rights(admin.Permissions)}]",
            "HS_VLIST" when ValueListRecord.TryRead(value.Data, out var list) =>
                $"[{TerminalText.OneLine(string.Join(", ", list.Members))}]",
            "HS_SITE"
            or "HS_SITE.6"
            or "HS_SITE.PREFIX"
            or "HS_NA_DELEGATE" when SiteRecord.TryRead(value.Data, out var site) => $"[{Site(site)}]",
            PublicKey.ValueType when PublicKey.TryRead(value.Data, out var key) => $"[{Key(key)}]",
            _ when Utf8.IsValid(value.Data) => $"\"{TerminalText.OneLine(value.Text)}\"",
            _ when value.Data.Length > MaxHexBytes =>
                $"[{value.Data.Length} bytes {Convert.ToHexString(value.Data.AsSpan(0, MaxHexBytes))}…]",
            _ => $"[{value.Data.Length} bytes {Convert.ToHexString(value.Data)}]",
        };

    private static string Rights(AdminPermissions permissions) =>
        permissions switch
        {
            AdminPermissions.All => "everything",
            AdminPermissions.None => "nothing",
            _ => string.Join(", ", s_rights.Where(right => permissions.HasFlag(right))),
        };

    private static string Site(SiteRecord site)
    {
        var servers = site.Servers.Select(server =>
            $"server {server.Id} {server.Address} {string.Join(", ", server.Interfaces.Select(Port))}"
        );
        var attributes = site.Attributes.Select(attribute => $"{attribute.Name}={attribute.Value}");
        return TerminalText.OneLine(
            $"version {site.Version}, serial {site.Serial}, "
                + $"{(site.IsPrimary ? "primary" : "mirror")}; {string.Join("; ", servers.Concat(attributes))}"
        );
    }

    private static string Port(SiteInterface port) =>
        $"{port.Transport.ToString().ToUpperInvariant()} {port.Port}{Services(port)}";

    private static string Services(SiteInterface port) =>
        port.Services switch
        {
            SiteServices.Both => "",
            SiteServices.Query => " (resolution)",
            SiteServices.Admin => " (administration)",
            _ => " (out of service)",
        };

    private static string Key(PublicKey key) =>
        key is RsaPublicKey rsa ? $"RSA {rsa.Modulus.Length * 8} bits" : key.Algorithm.ToString();
}
