using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using IdResolution.Core.Documents;
using IdResolution.Core.Handles;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Options;

namespace IdResolution.Server.Handle.Operations;

/// <summary>
/// This server as other servers and clients see it: its site record, its key, and the prefix records made from both.
/// Thread-safe after <see cref="LoadAsync"/>.
/// </summary>
internal sealed class HandleSite(NodeOptions options, StoredSecrets storedSecrets)
{
    /// <summary>
    /// The setting in the store that holds the site's key pair, encrypted. All nodes of a store share it.
    /// </summary>
    public const string KeySetting = StoredSecrets.HandleSiteKey;

    private const int SiteIndex = 1;
    private const Permissions PublicPermissions =
        Permissions.AdminRead | Permissions.AdminWrite | Permissions.PublicRead;

    private volatile SiteRecord? _record;

    /// <summary>The site's key pair. Throws before <see cref="LoadAsync"/>.</summary>
    public KeyPair KeyPair
    {
        get => field ?? throw new InvalidOperationException("The site's key is not loaded.");
        private set;
    }

    /// <summary>The site record. Throws before <see cref="LoadAsync"/>.</summary>
    public SiteRecord Record => _record ?? throw new InvalidOperationException("The site is not loaded.");

    /// <summary>
    /// Reads the key pair; the first start creates it. Until <see cref="Bind"/>, the site record has the ports of the
    /// settings.
    /// </summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var pem = await storedSecrets.GetOrAddAsync(
            KeySetting,
            static () =>
            {
                using var made = KeyPair.Generate();
                return made.ToPem();
            },
            cancellationToken
        );
        KeyPair = KeyPair.TryFromPem(pem, out var pair)
            ? pair
            : throw new OperatorException(
                "The site's key in the database cannot be read.",
                "数据库中的站点密钥无法读取。"
            );
        NodeOptions.TryEndPoint(options.Handle, out var handle);
        NodeOptions.TryEndPoint(options.Http, out var http);
        Bind(handle, handle.Port, http.Port);
    }

    /// <summary>Makes the site record for the ports that the node listens on.</summary>
    public void Bind(IPEndPoint tcp, int udpPort, int httpPort)
    {
        var site = options.Site;
        var address = IPAddress.TryParse(site.Address, out var configured) ? configured : Reachable(tcp.Address);
        _record = new SiteRecord
        {
            Serial = (ushort)site.Serial,
            IsPrimary = true,
            HashOption = SiteHashOption.Whole,
            Attributes = site.Description.Length == 0 ? [] : [new SiteAttribute("desc", site.Description)],
            Servers =
            [
                // Teleinfo's client takes the first interface over TCP.
                new SiteServer(
                    1,
                    address,
                    KeyPair.PublicKey.ToData(),
                    [
                        new SiteInterface(SiteServices.Both, SiteTransport.Tcp, tcp.Port),
                        new SiteInterface(SiteServices.Query, SiteTransport.Udp, udpPort),
                        new SiteInterface(SiteServices.Both, SiteTransport.Http, httpPort),
                    ]
                ),
            ],
        };
    }

    /// <summary>
    /// The prefix record of a homed prefix, used if the store has none: the site, its HS_ADMIN, and the configured
    /// administrators as a group.
    /// </summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="elsewhere">The site of another node that has the prefix; null for this one.</param>
    public IReadOnlyList<RawValue> Render(string prefix, RawValue? elsewhere) =>
        [
            elsewhere ?? SiteValue(Record),
            Value(ValueIndex.Admin, RawValue.AdminType, RecordValues.AdminOf(prefix)),
            Value(
                RecordValues.AdministratorsIndex,
                HandleRights.GroupType,
                new ValueListRecord(Administrators).ToData()
            ),
        ];

    /// <summary>The administrators in the settings. They have all rights on all handles of this server.</summary>
    public IReadOnlyList<ValueReference> Administrators =>
        options.HandleAdmins.ConvertAll(a =>
            ValueReference.TryParse(a, out var admin)
                ? admin
                : throw new InvalidOperationException("Settings are validated before.")
        );

    /// <summary>The value that names the servers of a prefix.</summary>
    public static RawValue SiteValue(SiteRecord site) => Value(SiteIndex, "HS_SITE", site.ToData());

    private static RawValue Value(int index, string type, byte[] data) =>
        new()
        {
            Index = index,
            Type = type,
            Data = data,
            Permissions = PublicPermissions,
        };

    private static IPAddress Reachable(IPAddress bound)
    {
        if (!bound.Equals(IPAddress.Any) && !bound.Equals(IPAddress.IPv6Any))
        {
            return bound;
        }
        return NetworkInterface
                .GetAllNetworkInterfaces()
                .Where(n =>
                    n.OperationalStatus == OperationalStatus.Up
                    && n.NetworkInterfaceType != NetworkInterfaceType.Loopback
                )
                .SelectMany(n => n.GetIPProperties().UnicastAddresses)
                .Select(a => a.Address)
                .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork)
            ?? IPAddress.Loopback;
    }
}
