using System.Security.Cryptography;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Tests.Documents;

[TestFixture]
public sealed class DataKeysTests
{
    private static readonly byte[] s_owner = "record:88.1/A"u8.ToArray();

    private readonly Settings _settings = new();
    private KeyRing _file = new(new byte[KeyRing.KeyLength]);

    [SetUp]
    public void Begin()
    {
        _settings.Values.Clear();
        _file = new KeyRing(new byte[KeyRing.KeyLength]);
    }

    [Test]
    public async Task Rotate_WhileANodeServes_BothReadOldAndNewSecrets()
    {
        var (served, servedKeys) = await OpenAsync();
        var before = served.Encrypt("before"u8, s_owner);
        _file = _file.WithNewKey();

        var (rotating, keys) = await OpenAsync();
        Assert.That(await keys.RotateAsync(default), Is.True);
        var after = rotating.Encrypt("after"u8, s_owner);

        Assert.Multiple(() =>
        {
            // The node has neither the new data key nor the new key of the file, and finds both.
            Assert.That(served.Decrypt(after, s_owner), Is.EqualTo("after"u8.ToArray()));
            Assert.That(rotating.Decrypt(before, s_owner), Is.EqualTo("before"u8.ToArray()));
            Assert.That(served.Decrypt(before, s_owner), Is.EqualTo("before"u8.ToArray()));
            Assert.That(served.IsOfLast(served.Encrypt([], s_owner)), Is.True);
            Assert.That((served.IsOfLast(before), served.IsOfLast(after)), Is.EqualTo((false, true)));
            Assert.That(servedKeys.Uses, Is.EqualTo(new Dictionary<string, int> { [_file.Ids[1]] = 3 }));
        });
    }

    [Test]
    public async Task Rotate_OldKeyDropped_AllIsReadAndDigestsStay()
    {
        var (first, _) = await OpenAsync();
        var before = first.Encrypt("before"u8, s_owner);
        var unbound = Unbound();
        _file = _file.WithNewKey();
        await (await OpenAsync()).Keys.RotateAsync(default);
        Assert.That(KeyRing.TryParse(_file.Only([_file.Ids[1]]).ToString(), out var pruned), Is.True);
        _file = pruned!;

        var (secrets, _) = await OpenAsync();

        Assert.Multiple(() =>
        {
            Assert.That(secrets.Decrypt(before, s_owner), Is.EqualTo("before"u8.ToArray()));
            Assert.That(secrets.Decrypt(unbound, s_owner), Is.EqualTo("old"u8.ToArray()));
            Assert.That(secrets.Digest("x"u8), Is.EqualTo(first.Digest("x"u8)));
            Assert.That(secrets.Fingerprint, Is.EqualTo(first.Fingerprint));
        });
    }

    [Test]
    public async Task Rotate_KilledAnywhere_GoesOnAndAddsOneDataKey()
    {
        for (var writes = 0; writes < 5; writes++)
        {
            Begin();
            var (first, _) = await OpenAsync();
            var before = first.Encrypt("before"u8, s_owner);
            _file = _file.WithNewKey();
            var keys = (await OpenAsync()).Keys;
            _settings.Left = writes;
            try
            {
                await keys.RotateAsync(default);
            }
            catch (InvalidOperationException)
            {
                // Killed.
            }
            _settings.Left = null;

            var (secrets, again) = await OpenAsync();
            Assert.That(secrets.Decrypt(before, s_owner), Is.EqualTo("before"u8.ToArray()), $"after {writes} writes");
            await again.RotateAsync(default);

            Assert.That(again.Uses, Is.EqualTo(new Dictionary<string, int> { [_file.Ids[1]] = 3 }), $"{writes}");
            Assert.That(secrets.Decrypt(before, s_owner), Is.EqualTo("before"u8.ToArray()));
        }
    }

    [Test]
    public async Task Decrypt_KeyFileLacksTheKey_NamesItUntilItIsThere()
    {
        var (served, servedKeys) = await OpenAsync();
        var old = _file;
        var rotated = _file.WithNewKey();
        _file = rotated;
        var (rotating, keys) = await OpenAsync();
        await keys.RotateAsync(default);
        var after = rotating.Encrypt("after"u8, s_owner);
        _file = old;

        await servedKeys.LoadAsync(default);
        var refused = Assert.Throws<StoreException>(() => served.Decrypt(after, s_owner));

        Assert.That(refused!.Error.Code, Is.EqualTo(ErrorCode.Unavailable));
        Assert.That(refused.Error.Message.En, Does.Contain(rotated.Ids[1]));
        Assert.That(servedKeys.Missing, Is.EqualTo(new[] { rotated.Ids[1] }));
        Assert.Throws<StoreException>(() => served.Encrypt([], s_owner), "nothing is encrypted with an older key");
        _file = rotated;
        await servedKeys.LoadAsync(default);
        Assert.That(served.Decrypt(after, s_owner), Is.EqualTo("after"u8.ToArray()));
    }

    [Test]
    public async Task DataKey_MovedToAnotherNumber_IsRefused()
    {
        await OpenAsync();
        _settings.Values["data-key.7"] = _settings.Values["data-key.1"];

        Assert.That(OpenAsync, Throws.InstanceOf<CryptographicException>());
    }

    [Test]
    public void KeyFile_OfAnEarlierVersion_IsTheRingOfItsKey()
    {
        Assert.That(KeyRing.TryParse(Convert.ToBase64String(new byte[32]) + "\n", out var ring), Is.True);
        Assert.That((ring!.Ids[0], ring.Fingerprint), Is.EqualTo((_file.Ids[0], _file.Fingerprint)));
        Assert.That(KeyRing.TryParse(ring.ToString(), out var again), Is.True);
        Assert.That((again!.Ids[0], again.Fingerprint), Is.EqualTo((_file.Ids[0], _file.Fingerprint)));
    }

    [TestCase("")]
    [TestCase("AAAA")]
    [TestCase("idnode key file 2\ndigests AAAA\nfingerprint a\nkey AAAA")]
    [TestCase("idnode key file 2")]
    [TestCase("idnode key file 3\nx\ny\nz")]
    public void KeyFile_OtherText_IsRefused(string text) => Assert.That(KeyRing.TryParse(text, out _), Is.False);

    private static byte[] Unbound()
    {
        var key = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            new byte[32],
            32,
            null,
            "idresolution secrets at rest"u8.ToArray()
        );
        var made = new byte[12 + 3 + 16];
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(made.AsSpan(0, 12), "old"u8, made.AsSpan(12, 3), made.AsSpan(15));
        return made;
    }

    private async Task<(NodeSecrets Secrets, DataKeys Keys)> OpenAsync()
    {
        var secrets = new NodeSecrets(_file);
        var keys = new DataKeys(_settings, secrets, () => _file);
        await keys.LoadAsync(default);
        return (secrets, keys);
    }

    /// <summary>Settings in memory, which fail after so many writes.</summary>
    private sealed class Settings : ISettingStore
    {
        public SortedDictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

        public int? Left { get; set; }

        public ValueTask<string?> FindSettingAsync(string name, CancellationToken cancellationToken) =>
            ValueTask.FromResult(Values.GetValueOrDefault(name));

        public Task<string> GetOrAddAsync(string name, string value)
        {
            if (Values.TryAdd(name, value))
            {
                Count();
            }
            return Task.FromResult(Values[name]);
        }

        public ValueTask<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(
            string prefix,
            CancellationToken cancellationToken
        ) =>
            ValueTask.FromResult<IReadOnlyList<KeyValuePair<string, string>>>([
                .. Values.Where(v => v.Key.StartsWith(prefix, StringComparison.Ordinal)),
            ]);

        public Task RaiseAsync(IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<bool> ReplaceAsync(string name, string before, string value, CancellationToken cancellationToken)
        {
            Count();
            Values[name] = value;
            return Task.FromResult(true);
        }

        private void Count()
        {
            if (Left-- == 0)
            {
                throw new InvalidOperationException("killed");
            }
        }
    }
}
