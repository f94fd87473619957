using System.Globalization;
using System.Net;
using System.Text.Json;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Json;

/// <summary>Writes and reads a site record as JSON, in the form of Handle.Net's <c>siteinfo.json</c>.</summary>
public static class SiteRecordJson
{
    private static readonly string[] s_transports = ["UDP", "TCP", "HTTP", "HTTPS"];

    /// <summary>Writes a record as an object.</summary>
    public static void Write(Utf8JsonWriter json, SiteRecord site)
    {
        json.WriteStartObject();
        WriteFields(json, site);
        json.WriteEndObject();
    }

    /// <summary>Writes the members of a record into an object that the caller has started.</summary>
    public static void WriteFields(Utf8JsonWriter json, SiteRecord site)
    {
        json.WriteNumber("version", site.FormatVersion);
        json.WriteString("protocolVersion", site.Version.ToString());
        json.WriteNumber("serialNumber", site.Serial);
        json.WriteBoolean("primarySite", site.IsPrimary);
        json.WriteBoolean("multiPrimary", site.IsMultiPrimary);
        if (site.HashOption != SiteHashOption.Whole)
        {
            json.WriteNumber("hashOption", (byte)site.HashOption);
        }
        if (site.HashFilter.Length > 0)
        {
            json.WriteString("hashFilter", site.HashFilter);
        }
        json.WriteStartArray("attributes");
        foreach (var attribute in site.Attributes)
        {
            json.WriteStartObject();
            json.WriteString("name", attribute.Name);
            json.WriteString("value", attribute.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("servers");
        foreach (var server in site.Servers)
        {
            Write(json, server);
        }
        json.WriteEndArray();
    }

    /// <summary>Reads a record from an object; false if there is a problem.</summary>
    /// <param name="element">The object to read.</param>
    /// <param name="path">The path of the object, for the problem; empty for the whole document.</param>
    /// <param name="site">The record; null if there is a problem.</param>
    /// <param name="problem">The first problem found; null if there is none.</param>
    public static bool TryRead(JsonElement element, string path, out SiteRecord? site, out JsonProblem? problem)
    {
        SiteRecord? read = null;
        var done = JsonFields.TryWhole(path, fields => (read = Read(fields, element, path)) is not null, out problem);
        site = read;
        return done;
    }

    internal static SiteRecord? Read(JsonFields fields, JsonElement element, string path)
    {
        if (
            !fields.IsObject(element, path)
            || ReadHead(fields, element, path, out var version) is not { } head
            || !fields.TryItems(
                element,
                path,
                "attributes",
                (item, at) => ReadAttribute(fields, item, at),
                out var attributes
            )
            || !fields.TryItems(element, path, "servers", (item, at) => ReadServer(fields, item, at), out var servers)
        )
        {
            return null;
        }
        if (!TryVersion(version, out var parsed))
        {
            fields.Fail(JsonFields.PathOf(path, "protocolVersion"), "A version such as 2.11 is expected.");
            return null;
        }
        return head with { Version = parsed, Attributes = attributes, Servers = servers };
    }

    /// <summary>Reads the record without attributes and servers. The version of the servers stays text.</summary>
    private static SiteRecord? ReadHead(JsonFields fields, JsonElement element, string path, out string version)
    {
        version = ProtocolVersion.Current.ToString();
        if (
            !fields.TryNumber(element, path, "version", 0, ushort.MaxValue, out var format, otherwise: 1)
            || !fields.TryText(element, path, "protocolVersion", out version, otherwise: version)
            || !fields.TryNumber(element, path, "serialNumber", 0, ushort.MaxValue, out var serial, otherwise: 1)
            || !fields.TryBool(element, path, "primarySite", out var primary)
            || !fields.TryBool(element, path, "multiPrimary", out var multiPrimary)
            || !TryHashing(fields, element, path, out var option, out var filter)
        )
        {
            return null;
        }
        return new SiteRecord
        {
            FormatVersion = (ushort)format,
            Serial = (ushort)serial,
            IsPrimary = primary,
            IsMultiPrimary = multiPrimary,
            HashOption = option,
            HashFilter = filter,
            Servers = [],
        };
    }

    private static bool TryHashing(
        JsonFields fields,
        JsonElement element,
        string path,
        out SiteHashOption option,
        out string filter
    )
    {
        const byte Whole = (byte)SiteHashOption.Whole;
        filter = "";
        var read = fields.TryNumber(element, path, "hashOption", 0, byte.MaxValue, out var number, otherwise: Whole);
        option = (SiteHashOption)number;
        return read && fields.TryText(element, path, "hashFilter", out filter, otherwise: "");
    }

    private static bool TryVersion(string text, out ProtocolVersion version)
    {
        version = default;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (
            dot < 0
            || !byte.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            || !byte.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
        )
        {
            return false;
        }
        version = new ProtocolVersion(major, minor);
        return true;
    }

    private static void Write(Utf8JsonWriter json, SiteServer server)
    {
        json.WriteStartObject();
        json.WriteNumber("serverId", server.Id);
        json.WriteString("address", server.Address.ToString());
        json.WritePropertyName("publicKey");
        ValueDataJson.WriteKey(json, server.PublicKey);
        json.WriteStartArray("interfaces");
        foreach (var port in server.Interfaces)
        {
            json.WriteStartObject();
            json.WriteBoolean("query", port.Services.HasFlag(SiteServices.Query));
            json.WriteBoolean("admin", port.Services.HasFlag(SiteServices.Admin));
            if ((int)port.Transport < s_transports.Length)
            {
                json.WriteString("protocol", s_transports[(int)port.Transport]);
            }
            else
            {
                json.WriteNumber("protocol", (byte)port.Transport);
            }
            json.WriteNumber("port", port.Port);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static SiteAttribute? ReadAttribute(JsonFields fields, JsonElement element, string path) =>
        fields.IsObject(element, path)
        && fields.TryText(element, path, "name", out var name)
        && fields.TryText(element, path, "value", out var value)
            ? new SiteAttribute(name, value)
            : null;

    private static SiteServer? ReadServer(JsonFields fields, JsonElement element, string path)
    {
        if (
            !fields.IsObject(element, path)
            || !fields.TryNumber(element, path, "serverId", int.MinValue, int.MaxValue, out var id, otherwise: 1)
            || !fields.TryText(element, path, "address", out var addressText)
            || !fields.TryItems(
                element,
                path,
                "interfaces",
                (item, at) => ReadInterface(fields, item, at),
                out var interfaces
            )
        )
        {
            return null;
        }
        if (!IPAddress.TryParse(addressText, out var address))
        {
            fields.Fail(JsonFields.PathOf(path, "address"), "An IP address is expected.");
            return null;
        }
        byte[]? key = [];
        if (
            JsonFields.TryField(element, "publicKey", out var keyElement)
            && (key = ValueDataJson.Read(fields, keyElement, JsonFields.PathOf(path, "publicKey"))) is null
        )
        {
            return null;
        }
        return new SiteServer(id, address, key, interfaces);
    }

    private static SiteInterface? ReadInterface(JsonFields fields, JsonElement element, string path)
    {
        if (
            !fields.IsObject(element, path)
            || !fields.TryBool(element, path, "query", out var query)
            || !fields.TryBool(element, path, "admin", out var admin)
            || !fields.TryNumber(element, path, "port", 0, int.MaxValue, out var port)
        )
        {
            return null;
        }
        var name =
            JsonFields.TryField(element, "protocol", out var protocol) && protocol.ValueKind == JsonValueKind.String
                ? protocol.GetString()
                : null;
        var transport = Array.IndexOf(s_transports, name);
        if (transport < 0 && !fields.TryNumber(element, path, "protocol", 0, byte.MaxValue, out transport))
        {
            return null;
        }
        return new SiteInterface(
            (query ? SiteServices.Query : 0) | (admin ? SiteServices.Admin : 0),
            (SiteTransport)transport,
            port
        );
    }
}
