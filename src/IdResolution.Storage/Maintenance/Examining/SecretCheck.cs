using System.Globalization;
using System.Security.Cryptography;
using IdResolution.Core.Documents;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Checks that every wrapped data key opens with the key file at hand, and that every ciphertext names a data key that
/// there is. Other checks, which read the states, bring the ciphertexts: <see cref="FindUnknown"/> may be called by
/// several threads.
/// </summary>
/// <param name="examination">The run.</param>
/// <param name="ring">The keys of the key file; null where it is not at hand, and then no data key is opened.</param>
internal sealed class SecretCheck(Examination examination, KeyRing? ring)
{
    private readonly HashSet<int> _known = [];
    private readonly CheckFaults _unknown = new("");
    private readonly CheckFaults _keys = new("");
    private long _rows;
    private long _secrets;
    private long _unbound;

    /// <summary>Reads the data keys, before any state is looked at.</summary>
    public void Begin()
    {
        using var rows = examination.Read("SELECT name, value FROM settings ORDER BY name");
        var settings = new Dictionary<string, string>();
        while (rows.Step())
        {
            settings[rows.Text(0)] = rows.Text(1);
        }
        foreach (var (name, wrapped) in settings)
        {
            if (DataKeys.TryNumber(name, out var number))
            {
                _known.Add(number);
                _rows++;
                CheckOpens(name, wrapped);
            }
        }
        if (
            ring is not null
            && settings.TryGetValue(NodeStore.KeyFingerprintSetting, out var fingerprint)
            && fingerprint != ring.Fingerprint
        )
        {
            _keys.Add("the key file is of another database", "密钥文件属于其他数据库");
        }
        if (ring?.FirstDataKey() is not null || ring is null)
        {
            // What earlier versions wrote is read with a key that is derived from the first of the key file.
            _known.Add(NodeSecrets.UnboundNumber);
        }
        CheckSetting(StoredSecrets.HandleSiteKey, settings);
    }

    /// <summary>Counts the secrets of a state and names those whose data key there is not.</summary>
    /// <param name="code">The code of an entry of the state.</param>
    /// <param name="value">Its value.</param>
    /// <param name="found">The numbers of data keys that are not known; null as long as there are none.</param>
    /// <returns>True if the entry is a secret.</returns>
    public bool FindUnknown(ReadOnlySpan<byte> code, ReadOnlySpan<byte> value, ref List<int>? found)
    {
        if (!code.StartsWith("v:"u8) || !RawValue.TryReadSecret(value, out var sealedBytes))
        {
            return false;
        }
        if (!IsKnown(sealedBytes, out var number))
        {
            (found ??= []).Add(number);
        }
        return true;
    }

    /// <summary>Takes what was found in the states of a part.</summary>
    public void Add(long secrets, CheckFaults unknown)
    {
        _secrets += secrets;
        _unknown.Add(unknown);
    }

    /// <summary>Makes the finding, after all states.</summary>
    public void End() =>
        examination.Check(
            Doctor.DataKeysCheck,
            faults =>
            {
                faults.Add(_keys);
                faults.Add(_unknown);
                faults.Summary = ring is null
                    ? new(
                        $"{_rows:N0} data keys, {_secrets:N0} secrets; without the key file no key was opened",
                        $"{_rows:N0} 个数据密钥，{_secrets:N0} 个机密；没有密钥文件，未尝试解密"
                    )
                    : new(
                        $"{_rows:N0} data keys open with the key file, {_secrets:N0} secrets",
                        $"{_rows:N0} 个数据密钥可用密钥文件解密，{_secrets:N0} 个机密"
                    );
                if (_unbound > 0)
                {
                    faults.Warns = true;
                    faults.Summary = Text.Join("; ", "；", [faults.Summary, Unbound()]);
                }
            }
        );

    private Text Unbound() =>
        new(
            $"{_unbound:N0} of earlier versions are bound to no owner: set those that are in use again",
            $"{_unbound:N0} 个由早期版本写入，未与其所有者绑定：仍在使用的请重新设置"
        );

    private bool IsKnown(ReadOnlySpan<byte> sealedBytes, out int number)
    {
        number = NodeSecrets.NumberOf(sealedBytes);
        if (number == NodeSecrets.UnboundNumber)
        {
            Interlocked.Increment(ref _unbound);
        }
        return _known.Contains(number);
    }

    private void CheckOpens(string name, string wrapped)
    {
        if (ring is null)
        {
            return;
        }
        try
        {
            if (ring.Unwrap(name, wrapped) is null)
            {
                var id = KeyRing.IdIn(wrapped);
                _keys.Add(
                    $"{name} is wrapped with key {id}, which the key file lacks",
                    $"{name} 由密钥 {id} 加密，而密钥文件中没有该密钥"
                );
            }
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            _keys.Add($"{name} is altered: it does not open", $"{name} 已被篡改，无法解密");
        }
    }

    private void CheckSetting(string name, Dictionary<string, string> settings)
    {
        if (!settings.TryGetValue(name, out var kept))
        {
            return;
        }
        _secrets++;
        var sealedBytes = new byte[kept.Length];
        if (!Convert.TryFromBase64String(kept, sealedBytes, out var length))
        {
            _keys.Add($"the setting {name} is no secret", $"设置 {name} 不是机密");
        }
        else if (!IsKnown(sealedBytes.AsSpan(0, length), out var number))
        {
            _unknown.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the setting {name} names data key {number}, which there is not"
                ),
                string.Create(CultureInfo.InvariantCulture, $"设置 {name} 引用的数据密钥 {number} 不存在")
            );
        }
    }
}
